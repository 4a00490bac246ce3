package pivm.engine.patching;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Counted;
import pivm.proxmox.json.Json;

/**
 * What an upgrade did to a container.
 *
 * @param system that it runs: {@code Debian GNU/Linux 13 (trixie)}
 * @param manager its package manager
 * @param before number of packages; null when it did not come that far
 * @param after the same
 * @param kept names of packages with a newer version that something else keeps from being installed
 * @param security names of packages, or patches, that closed a known hole; null when the package
 *     manager does not tell
 * @param reboot why a restart is needed; null when none is
 * @param services that ran before
 * @param down those of them that do not run any more
 * @param message a sentence without its end
 */
public record PatchResult(
    Outcome outcome,
    String message,
    String system,
    String manager,
    @Nullable Integer before,
    @Nullable Integer after,
    List<Changed> packages,
    List<String> kept,
    @Nullable List<String> security,
    @Nullable String reboot,
    List<String> services,
    List<String> down) {

  public PatchResult {
    packages = List.copyOf(packages);
    kept = List.copyOf(kept);
    security = security == null ? null : List.copyOf(security);
    services = List.copyOf(services);
    down = List.copyOf(down);
  }

  /**
   * A package.
   *
   * @param from null when it is new
   * @param to null when it is gone
   */
  public record Changed(String name, @Nullable String from, @Nullable String to) {}

  /** How it ended; the words are the script's. */
  public enum Outcome {
    UPGRADED,
    CURRENT,
    /** Only restarted, for what an earlier run had upgraded. */
    RESTARTED,
    UNSUPPORTED,
    NO_NETWORK,
    NO_DNS,
    NO_SPACE,
    LOCKED,
    BROKEN,
    UNHEALTHY,
    REFUSED,
    FAILED;

    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Outcome of(String word) {
      for (Outcome one : values()) {
        if (one.word().equals(word)) {
          return one;
        }
      }
      return FAILED;
    }
  }

  /** Whether all is well, services included. */
  public boolean good() {
    return switch (outcome) {
      case UPGRADED, CURRENT, RESTARTED -> down.isEmpty();
      default -> false;
    };
  }

  /** Whether packages were touched, or may have been. */
  boolean touched() {
    return !packages.isEmpty()
        || outcome == Outcome.UPGRADED
        || (after == null && outcome == Outcome.FAILED);
  }

  /** Something that came before the script could tell anything. */
  public static PatchResult failed(String message) {
    return new PatchResult(
        Outcome.FAILED,
        message,
        "",
        "",
        null,
        null,
        List.of(),
        List.of(),
        null,
        null,
        List.of(),
        List.of());
  }

  /** Before a restart that belongs to an upgrade of an earlier run. */
  static PatchResult restarting(String reason, List<String> services) {
    return new PatchResult(
        Outcome.RESTARTED,
        "restarted for " + reason,
        "",
        "",
        null,
        null,
        List.of(),
        List.of(),
        null,
        reason,
        services,
        List.of());
  }

  PatchResult with(Outcome other, String words) {
    return new PatchResult(
        other, words, system, manager, before, after, packages, kept, security, reboot, services,
        down);
  }

  PatchResult withDown(List<String> missing, @Nullable String stillNeeded) {
    return new PatchResult(
        outcome,
        message,
        system,
        manager,
        before,
        after,
        packages,
        kept,
        security,
        stillNeeded,
        services,
        missing);
  }

  /** Reads the lines of a result. */
  public static PatchResult parse(List<String> lines) {
    var read = new Reading();
    lines.forEach(read::line);
    return read.result();
  }

  private static final class Reading {
    private Outcome outcome = Outcome.FAILED;
    private String message = "it left no word of its end";
    private String system = "";
    private String manager = "";
    private @Nullable Integer before;
    private @Nullable Integer after;
    private final List<Changed> packages = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();
    private final List<String> security = new ArrayList<>();
    private boolean securityKnown;
    private @Nullable String reboot;
    private final List<String> services = new ArrayList<>();
    private final List<String> down = new ArrayList<>();

    void line(String line) {
      int space = line.indexOf(' ');
      String word = space < 0 ? line : line.substring(0, space);
      String rest = space < 0 ? "" : line.substring(space + 1).strip();
      switch (word) {
        case "outcome" -> outcome = Outcome.of(rest);
        case "message" -> message = rest;
        case "name" -> system = rest;
        case "manager" -> manager = rest;
        case "before" -> before = number(rest);
        case "after" -> after = number(rest);
        case "package" -> changed(rest.split(" "));
        case "kept" -> kept.add(rest);
        case "security" -> security.add(rest);
        case "security-known" -> securityKnown = true;
        case "reboot" -> reboot = rest.isEmpty() ? "the system says so" : rest;
        case "service" -> services.add(rest);
        case "down" -> down.addAll(List.of(rest.split(" +")));
        default -> {}
      }
    }

    private static @Nullable Integer number(String text) {
      return text.matches("\\d{1,9}") ? (Integer) Integer.parseInt(text) : null;
    }

    private void changed(String[] words) {
      if (words.length == 3) {
        packages.add(new Changed(words[0], version(words[1]), version(words[2])));
      }
    }

    private static @Nullable String version(String word) {
      return word.equals("-") ? null : word;
    }

    PatchResult result() {
      return new PatchResult(
          outcome,
          message,
          system,
          manager,
          before,
          after,
          packages,
          kept,
          securityKnown ? security : null,
          reboot,
          services,
          down);
    }
  }

  /** How a summary says that a restart is needed. */
  public static String needed(String reason) {
    return "a restart is needed (" + reason + ")";
  }

  /** In one sentence, without the container's name. */
  public String summary() {
    var said = new ArrayList<String>();
    switch (outcome) {
      case CURRENT -> said.add(kept.isEmpty() ? "up to date already" : "nothing could be upgraded");
      case UPGRADED -> {
        said.add(Counted.of(packages.size(), "package") + " changed");
        if (security != null && !security.isEmpty()) {
          said.add(Counted.of(security.size(), "security fix", "security fixes"));
        }
      }
      default -> said.add(message);
    }
    if (!kept.isEmpty()) {
      said.add(
          Counted.of(kept.size(), "newer package")
              + " kept back by what it depends on, or by a hold ("
              + String.join(", ", kept)
              + ")");
    }
    if (reboot != null) {
      said.add(needed(reboot));
    }
    if (!down.isEmpty()) {
      said.add("down since: " + String.join(", ", down));
    }
    return String.join("; ", said);
  }

  /** As data. */
  public Json.Obj form() {
    var form =
        Json.object()
            .put("outcome", outcome.word())
            .put("message", message)
            .put("system", system)
            .put("manager", manager);
    if (before != null) {
      form.put("before", before.longValue());
    }
    if (after != null) {
      form.put("after", after.longValue());
    }
    form.put(
        "packages",
        Json.array(
            packages.stream()
                .map(one ->
                    Json.object()
                        .put("name", one.name())
                        .putIfPresent("from", one.from())
                        .putIfPresent("to", one.to())
                        .build())
                .toList()));
    form.put("kept", texts(kept));
    if (security != null) {
      form.put("security", texts(security));
    }
    return form.putIfPresent("reboot", reboot)
        .put("services", texts(services))
        .put("down", texts(down))
        .build();
  }

  private static Json texts(List<String> list) {
    return Json.array(list.stream().map(Json::of).toList());
  }
}
