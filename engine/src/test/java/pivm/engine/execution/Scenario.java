package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.proxmox.GuestType;

/** A made-up cluster, what is wanted of it, and what must hold at the end whatever went wrong. */
final class Scenario {
  static final List<String> NODES = List.of("a", "b", "c");

  final ToyCluster cluster = new ToyCluster();
  final List<Wanted> wanted = new ArrayList<>();

  /** By VMID, what somebody else wrote last. */
  final SortedMap<Integer, String> edits = new TreeMap<>();

  private final ToyGuest foreign;
  private final String foreignBefore;
  private final Random random;

  Scenario(long seed) {
    random = new Random(seed);
    foreign = cluster.add(GuestType.LXC, 99, "b", "somebody-elses");
    foreign.running = true;
    foreignBefore = foreign.toString();
    ToyGuest template = cluster.add(GuestType.LXC, 9, "a", "template");
    template.values.put("template", "1");
    for (int vmid = 1; vmid <= 4; vmid++) {
      existing(vmid);
    }
    for (int vmid = 21; vmid <= 24; vmid++) {
      fresh(vmid);
    }
  }

  private void existing(int vmid) {
    GuestType type = random.nextBoolean() ? GuestType.LXC : GuestType.QEMU;
    String name = (type == GuestType.LXC ? "ct-" : "vm-") + vmid;
    ToyGuest guest = cluster.add(type, vmid, node(), name);
    guest.running = random.nextBoolean();
    if (random.nextInt(3) == 0) {
      guest.snapshots.put(ToyPlanner.SNAPSHOT, "an earlier run");
    }
    Wanted.Power power =
        switch (random.nextInt(6)) {
          case 0 -> Wanted.Power.ABSENT;
          case 1 -> Wanted.Power.STOPPED;
          case 2 -> guest.running ? Wanted.Power.RUNNING : Wanted.Power.TEMPLATE;
          default -> Wanted.Power.RUNNING;
        };
    Wanted want =
        type == GuestType.LXC
            ? Wanted.lxc(vmid, guest.node, power)
            : Wanted.vm(vmid, guest.node, power);
    want = random.nextBoolean() ? want.memory(1024) : want;
    want = random.nextInt(3) == 0 ? want.disk(16) : want;
    wanted.add(random.nextInt(4) == 0 ? want.pinned(node()) : want);
  }

  private void fresh(int vmid) {
    Wanted.Power power = random.nextBoolean() ? Wanted.Power.RUNNING : Wanted.Power.STOPPED;
    Wanted want =
        switch (random.nextInt(3)) {
          case 0 -> Wanted.vm(vmid, node(), power).memory(2048);
          case 1 -> Wanted.lxc(vmid, "a", power).from(9);
          default -> Wanted.lxc(vmid, node(), power);
        };
    wanted.add(random.nextInt(3) == 0 && want.source() != null ? want.memory(1024) : want);
  }

  private String node() {
    return NODES.get(random.nextInt(NODES.size()));
  }

  /** A guest that somebody else may move or edit. */
  int anyManaged(Random dice) {
    return wanted.get(dice.nextInt(wanted.size())).vmid();
  }

  boolean converged() {
    boolean unfinished = cluster.guests.values().stream().anyMatch(guest -> guest.lock != null);
    return !unfinished
        && ToyPlanner.plan(wanted, cluster.as("root@pam", ToyFaults.NONE)).plan().isEmpty();
  }

  /** All that must hold once nothing is in flight. */
  void check(String name) {
    assertThat(converged()).as(name + ": the next plan is empty; " + cluster.guests).isTrue();
    var expected = new TreeSet<Integer>(List.of(9, 99));
    for (Wanted want : wanted) {
      if (want.power() != Wanted.Power.ABSENT) {
        expected.add(want.vmid());
      }
    }
    assertThat(cluster.guests.keySet())
        .as(name + ": no guest twice, none lost")
        .isEqualTo(expected);
    assertThat(new TreeSet<>(cluster.volumes.values()))
        .as(name + ": no orphaned volume")
        .isEqualTo(expected);
    assertThat(foreign.toString()).as(name + ": foreign guests untouched").isEqualTo(foreignBefore);
    for (ToyGuest guest : cluster.guests.values()) {
      assertThat(guest.lock).as(name + ": no lock left on " + guest).isNull();
      assertThat(guest.broken).as(name + ": no half-made snapshot of " + guest).isEmpty();
      assertThat(guest.snapshots.size()).as(name + ": snapshots of " + guest).isLessThan(2);
      String edit = edits.get(guest.vmid);
      if (edit != null) {
        assertThat(guest.values).as(name + ": edits stay").containsEntry("description", edit);
      }
    }
  }
}
