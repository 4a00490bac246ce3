package pivm.engine.execution;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lets several threads take turns in an order that a seed decides: whoever is about to do something
 * that the others can see waits for the baton.
 */
final class Baton {
  private final Random dice;
  private final Set<Integer> waiting = new TreeSet<>();
  private int players;
  private int holder = -1;

  Baton(long seed, int players) {
    this.dice = new Random(seed);
    this.players = players;
  }

  /** Waits for this player's turn; the last turn ends with it. */
  synchronized void turn(int player) throws InterruptedException {
    waiting.add(player);
    if (holder == player) {
      holder = -1;
    }
    pass();
    while (holder != player) {
      wait();
    }
    waiting.remove(player);
  }

  /** Does not play any longer. */
  synchronized void leave(int player) {
    players--;
    if (holder == player) {
      holder = -1;
    }
    pass();
  }

  /** Once all wait, one of them goes on. */
  private void pass() {
    if (holder == -1 && waiting.size() == players && players > 0) {
      int at = dice.nextInt(players);
      holder = waiting.stream().skip(at).findFirst().orElseThrow();
      notifyAll();
    }
  }
}
