package pivm.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import pivm.engine.network.live.Attendant;
import pivm.engine.rails.Actor;

/** The person at the terminal keeps or takes back a network by typing a word while it waits. */
final class TypedWord implements Attendant {
  private final Shell shell;
  private final ConcurrentLinkedQueue<String> typed = new ConcurrentLinkedQueue<>();
  private boolean listening;

  private TypedWord(Shell shell) {
    this.shell = shell;
  }

  /** Nobody where there is no terminal, and for timers and assistants. */
  static Attendant of(Call call) {
    Terminal terminal = call.shell().terminal();
    boolean person = Actors.of(call.shell()) instanceof Actor.Human;
    return person && terminal.in() && terminal.err() && !call.output().json()
        ? new TypedWord(call.shell())
        : NOBODY;
  }

  @Override
  public String offer(String node) {
    return "type " + node + " here (back: takes it back at once), or ";
  }

  @Override
  public synchronized @Nullable Word said(String node) {
    if (!listening) {
      listening = true;
      // What is typed before there is anything to keep answers something else.
      Thread.ofPlatform().daemon().name("terminal").start(this::listen);
    }
    for (String line = typed.poll(); line != null; line = typed.poll()) {
      if (line.equals(node)) {
        return Word.KEEP;
      }
      if (line.equals("back")) {
        return Word.TAKE_BACK;
      }
    }
    return null;
  }

  private void listen() {
    var reader = new BufferedReader(new InputStreamReader(shell.in(), StandardCharsets.UTF_8));
    try {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        typed.add(line.strip());
      }
    } catch (IOException closed) {
      // Nobody is there any more; the other ways are left.
    }
  }
}
