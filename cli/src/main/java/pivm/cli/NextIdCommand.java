package pivm.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.config.Keys;
import pivm.engine.history.OwnerOnly;
import pivm.engine.inventory.Inventory;
import pivm.engine.observation.ObservationRequest;
import pivm.proxmox.json.Json;

/**
 * {@code pivm next-id}. Proxmox's own {@code nextid} reserves nothing; here an id that was given is
 * not given again for a while.
 */
final class NextIdCommand implements Command {
  private static final Duration KEPT = Duration.ofMinutes(15);

  @Override
  public void declare(Options options) {
    options.connection().manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    var taken = new TreeSet<>(GuestListCommand.declared(call));
    try (Connection connection = Connection.open(call)) {
      Inventory inventory = connection.observer().observe(ObservationRequest.of(new TreeSet<>()));
      Sight.demand(inventory, connection.user(), "No id can be given");
      taken.addAll(inventory.guests().keySet());
      taken.addAll(inventory.cluster().claims().keySet());
    }
    int id =
        take(
            StateFolder.of(call.shell(), call.settings()).resolve("given-ids"),
            call.settings().whole(Keys.FIRST_VMID),
            taken,
            Instant.now());
    if (call.output().json()) {
      call.output().json(Json.object().put("vmid", id).build());
    } else {
      call.output().line(Integer.toString(id));
    }
    return Exit.DONE;
  }

  /** Takes the lowest id that is neither taken nor given lately, and notes it as given. */
  static int take(Path file, int floor, Set<Integer> taken, Instant now) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      OwnerOnly.makeFolder(folder);
    }
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      SortedMap<Integer, Instant> given = read(Files.readString(file));
      given.values().removeIf(at -> at.plus(KEPT).isBefore(now));
      int id = floor;
      while (taken.contains(id) || given.containsKey(id)) {
        id++;
      }
      given.put(id, now);
      var text = new StringBuilder();
      given.forEach((one, at) -> text.append(one).append(' ').append(at).append('\n'));
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)), 0);
      return id;
    }
  }

  private static SortedMap<Integer, Instant> read(String text) {
    var given = new TreeMap<Integer, Instant>();
    for (String line : text.lines().toList()) {
      String[] parts = line.split(" ");
      if (parts.length == 2) {
        given.put(Integer.valueOf(parts[0]), Instant.parse(parts[1]));
      }
    }
    return given;
  }
}
