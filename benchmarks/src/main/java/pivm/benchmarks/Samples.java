package pivm.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import pivm.engine.guest.GuestImport;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.manifest.ManifestWriter;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.observation.Observer;
import pivm.proxmox.json.Json;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;

/** Made-up clusters and the manifests that declare them, the same for the same numbers. */
final class Samples {
  private static final long SEED = 20_261_124;
  private static final int FIRST = 1000;

  private Samples() {}

  /** A cluster of eight nodes with room for all that runs. */
  static SimulatedCluster cluster(int guests) {
    var random = new Random(SEED);
    String[] nodes = nodes(8);
    SimulatedCluster.Builder builder =
        SimulatedCluster.builder().seed(SEED).nodes(nodes).hardware(256, 8L << 40);
    for (int i = 0; i < guests; i++) {
      int vmid = FIRST + i;
      boolean container = random.nextInt(10) < 7;
      builder.guest(
          container ? Kind.LXC : Kind.QEMU,
          vmid,
          nodes[random.nextInt(nodes.length)],
          container ? container(vmid, random) : vm(vmid, random),
          random.nextInt(10) < 8);
    }
    return builder.build();
  }

  static String[] nodes(int count) {
    var names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = String.format(Locale.ROOT, "pve-%02d", i + 1);
    }
    return names;
  }

  static String container(int vmid, Random random) {
    return """
    arch: amd64
    cores: %d
    hostname: ct-%d
    memory: %d
    mp0: local-lvm:vm-%d-disk-1,mp=/srv/data,backup=1,size=8G
    net0: name=eth0,bridge=vmbr0,hwaddr=%s,ip=dhcp,type=veth
    onboot: 1
    ostype: debian
    rootfs: local-lvm:vm-%d-disk-0,size=4G
    startup: order=2,up=5
    swap: 512
    tags: web;prod
    unprivileged: 1
    """
        .formatted(1 + random.nextInt(4), vmid, 512 << random.nextInt(3), vmid, mac(vmid), vmid);
  }

  static String vm(int vmid, Random random) {
    return """
    agent: 1,fstrim_cloned_disks=1
    boot: order=scsi0;net0
    cores: %d
    cpu: host
    memory: %d
    name: vm-%d
    net0: virtio=%s,bridge=vmbr0,firewall=1
    numa: 0
    onboot: 1
    ostype: l26
    scsi0: local-lvm:vm-%d-disk-0,discard=on,iothread=1,size=16G
    scsi1: local-lvm:vm-%d-disk-1,size=32G
    scsihw: virtio-scsi-single
    tags: db;prod
    """
        .formatted(1 + random.nextInt(8), 1024 << random.nextInt(4), vmid, mac(vmid), vmid, vmid);
  }

  private static String mac(int vmid) {
    return String.format(
        Locale.ROOT, "BC:24:11:%02X:%02X:%02X", vmid >> 16 & 255, vmid >> 8 & 255, vmid & 255);
  }

  /** The cluster as its own file system shows it, with every config. */
  static Inventory inventory(int guests) {
    try {
      Path folder = Files.createTempDirectory("pivm-benchmark");
      try {
        cluster(guests).writeClusterFilesystem(folder);
        return Observer.overFiles(folder).observe(ObservationRequest.everything());
      } finally {
        delete(folder);
      }
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  /**
   * A manifest that declares every guest as it is, but for those whose memory it doubles.
   *
   * @param changed how many, spread evenly
   */
  static String manifest(Inventory inventory, int changed) {
    List<Json.Obj> entries = new ArrayList<>();
    int every = changed == 0 ? Integer.MAX_VALUE : inventory.guests().size() / changed;
    for (ObservedGuest guest : inventory.guests().values()) {
      Json.Obj entry =
          GuestImport.entry(guest, inventory.cluster(), GuestImport.Form.COMPLETE).json();
      entries.add(
          entries.size() % every == every - 1 ? withMemory(entry, 2 * memory(entry)) : entry);
    }
    return ManifestWriter.manifest(entries);
  }

  private static long memory(Json.Obj entry) {
    return entry.integer("memory", 512);
  }

  private static Json.Obj withMemory(Json.Obj entry, long mebibytes) {
    var members = new LinkedHashMap<>(entry.members());
    members.put("memory", Json.of(mebibytes));
    return new Json.Obj(members);
  }

  static Desired desired(String manifest) {
    ManifestReader.Result read = ManifestReader.read("sample.json", manifest);
    if (read.hasErrors()) {
      throw new IllegalStateException("the sample is wrong: " + read.findings().getFirst());
    }
    return read.desired();
  }
}
