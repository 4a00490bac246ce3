package pivm.engine.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import pivm.engine.inventory.Fingerprint;
import pivm.engine.testing.RandomGuestConfigs;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.ConfigSection;
import pivm.proxmox.config.GuestConfigFile;

/** A guest as somebody may have made it by hand, as its configuration file. */
final class RandomFoundGuest {
  private final Random random;
  private final GuestType type;
  private final int vmid;
  private final SortedMap<String, String> values = new TreeMap<>();

  RandomFoundGuest(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    type = random.nextBoolean() ? GuestType.QEMU : GuestType.LXC;
    vmid = 100 + random.nextInt(900);
    values.putAll(new RandomGuestConfigs(random.nextLong()).config(type, vmid).values());
    values.keySet().removeAll(Fingerprint.BOOKKEEPING);
    values.keySet().removeAll(List.of("vmgenid"));
    sound();
    number();
  }

  /** What Proxmox would not have stored, though each key for itself is as the schema allows. */
  private void sound() {
    values.remove("lxc");
    // Not set is how Proxmox writes these.
    for (String key : List.of("template", "unprivileged")) {
      values.remove(key, "0");
    }
    if (values.containsKey("template")) {
      values.values().removeIf(value -> value.contains("nfs:999/"));
    }
    if (type == GuestType.LXC) {
      values.putIfAbsent("ostype", "debian");
    }
    if (values.containsKey("sshkeys")) {
      values.put("sshkeys", "ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIBmM%2B%2FYw%20a%40b%0A");
    }
    values.putIfAbsent(type == GuestType.QEMU ? "name" : "hostname", "found-" + vmid);
  }

  GuestType type() {
    return type;
  }

  int vmid() {
    return vmid;
  }

  /** No two disks lie on one volume. */
  private void number() {
    int[] next = {0};
    values.replaceAll((_, value) ->
        value.replaceFirst("((?:vm|base|subvol)-" + vmid + "-disk-)\\d+", "$1" + next[0]++));
  }

  /** The file as Proxmox writes it. */
  String text() {
    var plain = new TreeMap<>(values);
    String description = plain.remove("description");
    String environment = plain.remove("env");
    var section =
        new ConfigSection(
            plain,
            description,
            environment == null ? List.of() : List.of(environment.split("\0", -1)),
            List.of());
    return new String(
        new GuestConfigFile(type, section, null, new TreeMap<>(), new TreeMap<>(), "").write(),
        UTF_8);
  }
}
