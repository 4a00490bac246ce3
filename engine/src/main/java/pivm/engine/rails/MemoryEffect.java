package pivm.engine.rails;

import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;

/**
 * What a step does to the memory that a node has promised.
 *
 * @param node where
 * @param bytes what it adds; negative when it gives back; null when that can't be known
 * @param whole what the guest may use there once done
 * @param leaves the node that gets {@code bytes} back, when the guest moves; else null
 */
record MemoryEffect(String node, @Nullable Long bytes, long whole, @Nullable String leaves) {

  static MemoryEffect of(Step step, Situation before) {
    ProjectedGuest guest = before.guest(step.vmid());
    String node = before.node(step);
    return switch (step.operation()) {
      case Operation.Create create -> create(step, create);
      case Operation.Start _ -> start(step, guest, node);
      case PatchOperation.Upgrade upgrade when upgrade.starts() -> start(step, guest, node);
      case Operation.Shutdown _, Operation.Stop _ -> stop(step, guest, node, before);
      case Operation.Reboot _ -> reboot(step, guest, node);
      case Operation.SetHa ha when ha.starts() -> start(step, guest, node);
      case Operation.Configure configure -> configure(step, configure, guest, node);
      case Operation.Migrate migrate -> migrate(migrate, guest, node);
      default -> new MemoryEffect(node, Math.max(0, step.memory()), 0, null);
    };
  }

  private static MemoryEffect create(Step step, Operation.Create create) {
    if (!startsWhenCreated(create)) {
      return new MemoryEffect(step.node(), Math.max(0, step.memory()), step.memory(), null);
    }
    Long memory =
        create.parameters().containsKey("memory")
            ? GuestMemory.set(create.parameters().get("memory"))
            : GuestMemory.parse(null);
    return atLeast(step, step.node(), memory, 0);
  }

  private static MemoryEffect start(Step step, @Nullable ProjectedGuest guest, String node) {
    if (guest == null) {
      return atLeast(step, node, null, 0);
    }
    return guest.running()
        ? new MemoryEffect(node, 0L, 0, null)
        : atLeast(step, node, guest.next(), guest.held());
  }

  private static MemoryEffect stop(
      Step step, @Nullable ProjectedGuest guest, String node, Situation before) {
    Long current = guest == null || !guest.running() ? null : guest.current();
    long gives = current == null || before.startsAgain(step) ? 0 : current;
    return new MemoryEffect(node, -gives, 0, null);
  }

  private static MemoryEffect reboot(Step step, @Nullable ProjectedGuest guest, String node) {
    Long current = guest == null || !guest.running() ? null : guest.current();
    return atLeast(step, node, guest == null ? null : guest.next(), current == null ? 0 : current);
  }

  private static MemoryEffect configure(
      Step step, Operation.Configure configure, @Nullable ProjectedGuest guest, String node) {
    Long memory = configured(configure);
    if (guest == null || memory == null || !guest.running() || !live(step, configure)) {
      return new MemoryEffect(node, Math.max(0, step.memory()), step.memory(), null);
    }
    Long current = guest.current();
    return current == null
        ? new MemoryEffect(node, null, memory, null)
        : atLeast(step, node, memory, current);
  }

  /** A VM moves as it runs; a container is started anew, with what was pending. */
  private static MemoryEffect migrate(
      Operation.Migrate migrate, @Nullable ProjectedGuest guest, String node) {
    if (guest == null || !guest.running()) {
      return new MemoryEffect(migrate.target(), 0L, 0, null);
    }
    Long memory = migrate.type() == GuestType.QEMU ? guest.current() : guest.next();
    return new MemoryEffect(migrate.target(), memory, memory == null ? 0 : memory, node);
  }

  /** The larger of what the plan says that the step adds and what it is seen to add. */
  private static MemoryEffect atLeast(
      Step step, String node, @Nullable Long whole, long alreadyPromised) {
    if (whole == null) {
      boolean said = step.memory() > 0;
      return new MemoryEffect(node, said ? (Long) step.memory() : null, step.memory(), null);
    }
    return new MemoryEffect(node, Math.max(step.memory(), whole - alreadyPromised), whole, null);
  }

  static boolean startsWhenCreated(Operation.Create create) {
    return create.parameters().get("start") instanceof Setting.Value(String text)
        && Flags.isOn(text);
  }

  /** The memory that a step sets, in bytes; null when it does not touch it or can't be read. */
  static @Nullable Long configured(Operation.Configure configure) {
    return configure.delete().contains("memory")
        ? GuestMemory.parse(null)
        : GuestMemory.set(configure.set().get("memory"));
  }

  /** Whether a memory change reaches the running guest: always in a container. */
  static boolean live(Step step, Operation.Configure configure) {
    return configure.type() == GuestType.LXC || step.effect() == Effect.LIVE || step.memory() != 0;
  }
}
