package pivm.engine.patching;

import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.proxmox.command.NodeShell;

/** Asks running containers what they are: all at once, but for a bound on each node. */
final class ContainerProbe {
  private static final int PER_NODE = 4;

  private final PatchScript script;
  private final NodeShell shell;

  ContainerProbe(NodeShell shell) {
    this.shell = shell;
    this.script = new PatchScript(shell);
  }

  /** What a container is, or why that can't be told. */
  sealed interface Found {
    /**
     * @param manager {@code none} for a system that is not supported
     * @param newer how many packages its lists have in newer versions; 0 when they show none, or
     *     were not looked at
     * @param lately the name of the upgrade that brought it up to date within the last three hours;
     *     null for none
     * @param restart why it should be started anew, such as for what an earlier upgrade replaced;
     *     null when it should not
     */
    record Runs(
        String name, String manager, int newer, @Nullable String lately, @Nullable String restart)
        implements Found {}

    record Unknown(String reason) implements Found {}
  }

  /**
   * Asks.
   *
   * @param unknown whose lists are looked at too, since nothing else tells how long they may take
   * @return what was found, by VMID; nothing about those without a shell on their node
   * @throws InterruptedException when the waiting thread is asked to end
   */
  SortedMap<Integer, Found> ask(Iterable<ObservedGuest> running, Predicate<ObservedGuest> unknown)
      throws InterruptedException {
    var found = new ConcurrentSkipListMap<Integer, Found>();
    Map<String, Semaphore> room = new TreeMap<>();
    var asking = new TreeMap<Integer, Thread>();
    try {
      for (ObservedGuest guest : running) {
        if (shell.reaches(guest.node())) {
          Semaphore place = room.computeIfAbsent(guest.node(), _ -> new Semaphore(PER_NODE));
          asking.put(
              guest.vmid(),
              Thread.ofVirtual()
                  .start(() -> found.put(guest.vmid(), ask(guest, place, unknown.test(guest)))));
        }
      }
      for (Thread one : asking.values()) {
        one.join();
      }
    } finally {
      asking.values().forEach(Thread::interrupt);
    }
    return found;
  }

  private Found ask(ObservedGuest guest, Semaphore place, boolean lists) {
    try {
      place.acquire();
      try {
        String[] words = lists ? new String[] {"probe", "pending"} : new String[] {"probe"};
        return parse(script.run(guest.node(), guest.vmid(), words));
      } finally {
        place.release();
      }
    } catch (IOException cannot) {
      return new Found.Unknown(String.valueOf(cannot.getMessage()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Found.Unknown("it was not asked");
    }
  }

  static Found parse(String output) {
    Map<String, String> words = new TreeMap<>();
    for (String line : output.split("\n")) {
      int space = line.indexOf(' ');
      words.put(
          space < 0 ? line : line.substring(0, space),
          space < 0 ? "" : line.substring(space + 1).strip());
    }
    String manager = words.getOrDefault("manager", "");
    if (manager.isEmpty()) {
      return new Found.Unknown("it did not say what system it runs");
    }
    String name = words.getOrDefault("name", "");
    String newer = words.getOrDefault("pending", "");
    return new Found.Runs(
        name.isEmpty() ? words.getOrDefault("os", "") : name,
        manager,
        newer.matches("\\d{1,6}") ? Integer.parseInt(newer) : 0,
        words.get("lately"),
        words.get("restart"));
  }
}
