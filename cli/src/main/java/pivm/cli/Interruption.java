package pivm.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.StopSignal;

/**
 * While open, Ctrl-C and a service's stop end a run in order: nothing new is begun, running tasks
 * are followed to their end, and only then does the process go. Ctrl-C once more lets go of them.
 */
final class Interruption implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** As shells count it: 128 and the signal's number. */
  private static final int INTERRUPTED = 130;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(StopSignal stop, Consumer<String> say) {
    hook =
        Thread.ofPlatform()
            .unstarted(() -> {
              // Before it is offered: what comes in between would be lost.
              letGoWhenAskedAgain();
              say.accept(
                  "Ending: nothing new is begun, tasks under way are followed to their end. To let"
                      + " go of them at once: Ctrl-C again (or kill -9 "
                      + ProcessHandle.current().pid()
                      + "); the next run settles them.");
              stop.ask();
              await();
            });
  }

  static Interruption asking(StopSignal stop, Consumer<String> say) {
    var interruption = new Interruption(stop, say);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /**
   * Java itself only goes on waiting for its hooks when it is interrupted once more. What hears a
   * signal is in jdk.unsupported alone, which javac doesn't let anybody name without a warning; a
   * runtime without it leaves the other way that people are told of.
   */
  private static void letGoWhenAskedAgain() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object lettingGo =
          Proxy.newProxyInstance(
              Interruption.class.getClassLoader(), new Class<?>[] {handler}, Interruption::letGo);
      Object interruption = signal.getConstructor(String.class).newInstance("INT");
      signal.getMethod("handle", signal, handler).invoke(null, interruption, lettingGo);
    } catch (ReflectiveOperationException absent) {
      // kill -9 stays
    }
  }

  private static @Nullable Object letGo(Object proxy, Method called, Object[] arguments) {
    if (called.getName().equals("handle")) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
    return null;
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
