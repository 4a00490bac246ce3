package pivm.simulator.state;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * The cluster's clock, and what is to happen on it. Either it stands still until it is advanced, or
 * it follows the machine's clock, sped up by a factor. Whoever moves it holds the cluster's lock.
 */
public final class SimulatedTime {
  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final double speed;
  private final long startedMillis;
  private final long startedNanos;
  private volatile long now;
  private long order;
  private long roundMillis = Long.MAX_VALUE;
  private long lastRound;
  private Runnable round = () -> {};

  private SimulatedTime(Instant start, double speed) {
    this.now = start.toEpochMilli();
    this.startedMillis = now;
    this.startedNanos = System.nanoTime();
    this.speed = speed;
  }

  /** A clock that only {@link #advance} moves. */
  public static SimulatedTime manual(Instant start) {
    return new SimulatedTime(start, 0);
  }

  /**
   * A clock that follows the machine's.
   *
   * @param speed simulated seconds in a real one; above zero
   */
  public static SimulatedTime following(Instant start, double speed) {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("speed is not above zero: " + speed);
    }
    return new SimulatedTime(start, speed);
  }

  /** Whether it follows the machine's clock. */
  public boolean follows() {
    return speed > 0;
  }

  public Instant now() {
    return Instant.ofEpochMilli(millis());
  }

  /** Milliseconds since 1970. */
  public long millis() {
    return now;
  }

  public long seconds() {
    return now / 1000;
  }

  /** Runs the action when the clock has moved that far. */
  public void after(Duration delay, Runnable action) {
    events.add(new Event(now + Math.max(0, delay.toMillis()), order++, action));
  }

  /**
   * Runs an action at every full multiple of the period. Nothing is to come for its sake: what
   * happens again and again ends no waiting. Of several that pass without an event only the last is
   * run, since they would all find the same.
   */
  void every(Duration period, Runnable action) {
    roundMillis = period.toMillis();
    lastRound = now / roundMillis;
    round = action;
  }

  /** Moves the clock; everything due on the way happens, each at its own time. */
  public void advance(Duration duration) {
    runUntil(now + duration.toMillis());
  }

  /** Catches up with the machine's clock; nothing happens on a manual clock but what is due. */
  public void catchUp() {
    long target = now;
    if (speed > 0) {
      target = startedMillis + (long) ((System.nanoTime() - startedNanos) / 1e6 * speed);
    }
    runUntil(Math.max(now, target));
  }

  /**
   * Moves to the next event and runs it.
   *
   * @return false when nothing is to come
   */
  public boolean step() {
    var next = events.peek();
    if (next == null) {
      return false;
    }
    runUntil(Math.max(now, next.at));
    return true;
  }

  private void runUntil(long target) {
    for (var next = events.peek(); next != null && next.at <= target; next = events.peek()) {
      goRound(next.at);
      events.poll();
      now = Math.max(now, next.at);
      next.action.run();
    }
    goRound(target);
    now = target;
  }

  private void goRound(long until) {
    long latest = until / roundMillis;
    if (latest > lastRound) {
      lastRound = latest;
      now = Math.max(now, latest * roundMillis);
      round.run();
    }
  }
}
