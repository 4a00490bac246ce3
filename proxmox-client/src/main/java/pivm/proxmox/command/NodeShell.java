package pivm.proxmox.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A root shell on the nodes of a cluster, for what Proxmox has no call for. Used by several threads
 * at once.
 */
public interface NodeShell {

  /** Whether there is a way to that node; it may still not answer. */
  boolean reaches(String node);

  /**
   * Runs a command as root and waits for its end.
   *
   * @param lines hears each line of its output and errors as it comes, from one thread at a time
   * @throws IOException when it can't be run; the message is a part of a sentence: {@code no shell
   *     on pve-02}
   * @throws InterruptedException when the waiting thread is asked to end; the command is ended
   *     where it can be: behind a connection it may go on
   */
  Result run(String node, Task task, Consumer<String> lines)
      throws IOException, InterruptedException;

  /**
   * What to run.
   *
   * @param command and its arguments, none of them a secret: others can see them
   * @param input for its standard input; null for none
   * @param file of this machine that is its standard input, if there is no other; null for none
   * @param limit after which it is ended; null for none
   */
  record Task(
      List<String> command, @Nullable String input, @Nullable Path file, @Nullable Duration limit) {
    public Task {
      command = List.copyOf(command);
    }

    public Task(List<String> command, @Nullable String input, @Nullable Duration limit) {
      this(command, input, null, limit);
    }

    /** A command that reads a file of this machine, wherever it runs. */
    public static Task reading(Path file, List<String> command) {
      return new Task(command, null, file, null);
    }

    public static Task of(String... command) {
      return new Task(List.of(command), null, null);
    }

    /** A script for {@code /bin/sh}, which reads it from its standard input. */
    public static Task script(String script) {
      return new Task(List.of("/bin/sh", "-s"), script, null);
    }

    public Task within(Duration longest) {
      return new Task(command, input, file, longest);
    }
  }

  /**
   * What a command left.
   *
   * @param exitCode {@link #TIMED_OUT} when its time was over
   */
  record Result(int exitCode, String output, String errors) {
    /** As {@code timeout} of coreutils has it. */
    public static final int TIMED_OUT = 124;

    public boolean ok() {
      return exitCode == 0;
    }
  }

  /** The same without hearing lines. */
  default Result run(String node, Task task) throws IOException, InterruptedException {
    return run(node, task, _ -> {});
  }

  /** No shell at all. */
  static NodeShell none() {
    return new NodeShell() {
      @Override
      public boolean reaches(String node) {
        return false;
      }

      @Override
      public Result run(String node, Task task, Consumer<String> lines) throws IOException {
        throw new IOException("no shell on " + node);
      }
    };
  }

  /**
   * The shell of the node that this runs on, as root, and by ssh those of the others, as Proxmox
   * itself goes to them.
   *
   * @param local the name of this node
   * @param pmxcfs where its cluster file system is
   * @param folder where its commands are looked for first; null to look them up as the shell does
   */
  static NodeShell ofCluster(String local, Path pmxcfs, @Nullable Path folder) {
    return new ClusterShell(local, pmxcfs, folder);
  }
}
