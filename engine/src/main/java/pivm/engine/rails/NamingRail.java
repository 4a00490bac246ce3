package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;

/** Rail 5: what an AI assistant makes can be told by its name and tag. People name as they like. */
final class NamingRail implements RailRule {

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    if (!(before.request().actor() instanceof Actor.Assistant)) {
      return List.of();
    }
    return switch (step.operation()) {
      case Operation.Create create ->
          made(
              step,
              Situation.name(create.type(), create.parameters(), ""),
              tags(create.parameters().get("tags")),
              before);
      case Operation.Clone clone -> made(step, clone.name(), laterTags(step, before), before);
      case Operation.Configure configure -> changed(step, configure, before);
      default -> List.of();
    };
  }

  private static List<Verdict> made(
      Step step, String name, SortedSet<String> tags, Situation before) {
    List<Verdict> verdicts = new ArrayList<>();
    if (!AutoName.isRight(name, step.vmid())) {
      verdicts.add(wrongName(step, name));
    } else if (before.inventory().cluster().forbiddenTags()) {
      verdicts.add(
          blocked(
              step,
              name
                  + " must carry the tag "
                  + AutoName.TAG
                  + ", which the datacenter's user-tag-access forbids; allow it there"));
    } else if (!tags.contains(AutoName.TAG)) {
      verdicts.add(
          blocked(
              step, name + " must carry the tag " + AutoName.TAG + "; add it to the entry's tags"));
    } else {
      verdicts.add(
          Verdict.allowed(
              Rail.NAMING, step.id(), name + " is named and tagged as made by an assistant"));
    }
    return verdicts;
  }

  private static List<Verdict> changed(Step step, Operation.Configure configure, Situation before) {
    ProjectedGuest guest = before.guest(step.vmid());
    boolean auto = guest != null && (guest.ours() || guest.tags().contains(AutoName.TAG));
    if (guest == null || !auto) {
      return List.of();
    }
    List<Verdict> verdicts = new ArrayList<>();
    String key = configure.type() == GuestType.QEMU ? "name" : "hostname";
    if (configure.set().get(key) instanceof Setting.Value(String name)
        && !AutoName.isRight(name, step.vmid())) {
      verdicts.add(wrongName(step, name));
    }
    boolean untags =
        configure.delete().contains("tags")
            || (configure.set().containsKey("tags")
                && !tags(configure.set().get("tags")).contains(AutoName.TAG));
    if (untags) {
      verdicts.add(
          blocked(
              step,
              guest.subject() + " must keep the tag " + AutoName.TAG + "; leave it in its tags"));
    }
    return verdicts;
  }

  private static Verdict wrongName(Step step, String name) {
    return blocked(
        step,
        "what an assistant makes is named auto-[service]-[vmid]: '"
            + name
            + "' must be "
            + AutoName.closest(name, step.vmid()));
  }

  /** The tags that a copy gets by the plan's next changes to it. */
  private static SortedSet<String> laterTags(Step step, Situation before) {
    SortedSet<String> tags = new TreeSet<>();
    for (Step later : before.plan().steps()) {
      if (later.vmid() == step.vmid()
          && later.operation() instanceof Operation.Configure configure
          && configure.set().containsKey("tags")) {
        tags = tags(configure.set().get("tags"));
      }
    }
    return tags;
  }

  private static SortedSet<String> tags(@Nullable Setting setting) {
    return setting instanceof Setting.Value(String text) ? Situation.tags(text) : new TreeSet<>();
  }

  private static Verdict blocked(Step step, String message) {
    return Verdict.blocked(Rail.NAMING, step.id(), message);
  }
}
