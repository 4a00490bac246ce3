package pivm.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import pivm.engine.execution.StopSignal;

/**
 * While open, Ctrl-C and a service's stop end a run in order: nothing new is begun, running tasks
 * are followed to their end, and only then does the process go.
 */
final class Interruption implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(StopSignal stop, Consumer<String> say) {
    hook =
        Thread.ofPlatform()
            .unstarted(() -> {
              say.accept(
                  "Ending: nothing new is begun, tasks under way are followed to their end. To let"
                      + " go of them at once: kill -9 "
                      + ProcessHandle.current().pid()
                      + "; the next run settles them.");
              stop.ask();
              await();
            });
  }

  static Interruption asking(StopSignal stop, Consumer<String> say) {
    var interruption = new Interruption(stop, say);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void await() {
    try {
      if (!ended.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("pivm: the run did not end; the next one settles what it left.");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException goingDown) {
      // the hook is what waits for us
    }
  }
}
