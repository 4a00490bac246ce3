package pivm.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.SecretReference;
import pivm.proxmox.ApiCall;

/**
 * The command on a node that does the same as a step: {@code qm}, {@code pct} or {@code vzdump}
 * where Proxmox has one for it, else {@code pvesh}. Which parameters stand without a name is from
 * the command tables of Proxmox VE 9.2 (qemu-server/src/PVE/CLI/qm.pm,
 * pve-container/src/PVE/CLI/pct.pm). Secrets are shown as {@code "$NAME"}.
 */
public final class NodeCommand {
  private static final Pattern GUEST =
      Pattern.compile("/nodes/[^/]+/(qemu|lxc)(?:/(\\d+)(?:/(.*))?)?");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");
  private static final Pattern NO_NAME = Pattern.compile("[^A-Za-z0-9_]");
  private static final Calls NAMED = new Calls(NodeCommand::variable);

  /**
   * @param node where the guest is
   */
  public static String of(Operation operation, String node) {
    ApiCall call = NAMED.of(operation, node, null);
    var parameters = new TreeMap<>(call.parameters());
    List<String> words = words(call, parameters);
    parameters.forEach((name, value) -> {
      words.add("--" + name);
      words.add(value);
    });
    return String.join(" ", words.stream().map(NodeCommand::quoted).toList());
  }

  /** Takes out of the parameters what stands without a name. */
  private static List<String> words(ApiCall call, Map<String, String> parameters) {
    Matcher guest = GUEST.matcher(call.path());
    if (guest.matches()) {
      boolean vm = guest.group(1).equals("qemu");
      String below = guest.group(3) == null ? "" : guest.group(3);
      List<String> form =
          guest.group(2) == null
              ? (vm ? List.of("create", "vmid") : List.of("create", "vmid", "ostemplate"))
              : form(call.method(), below, vm);
      if (form != null) {
        return filled(vm ? "qm" : "pct", form, guest.group(2), parameters);
      }
    }
    if (call.path().endsWith("/vzdump")) {
      return filled("vzdump", List.of("vmid"), null, parameters);
    }
    return new ArrayList<>(List.of("pvesh", verb(call.method()), call.path()));
  }

  /**
   * Verb, then names of parameters that stand without a name; words after an equals sign are meant
   * literally. Null where there is no such command.
   */
  private static @Nullable List<String> form(ApiCall.Method method, String below, boolean vm) {
    String[] parts = below.split("/");
    return switch (parts[0]) {
      case "" -> method == ApiCall.Method.DELETE ? List.of("destroy", "vmid") : null;
      case "clone" -> List.of("clone", "vmid", "newid");
      case "config" -> List.of("set", "vmid");
      case "resize" -> List.of(vm ? "disk resize" : "resize", "vmid", "disk", "size");
      case "move_disk" -> List.of("disk move", "vmid", "disk", "storage");
      case "move_volume" -> List.of("move-volume", "vmid", "volume", "storage");
      case "migrate" -> List.of("migrate", "vmid", "target");
      case "template" -> List.of("template", "vmid");
      case "cloudinit" -> List.of("cloudinit update", "vmid");
      case "status" -> List.of(parts[1], "vmid");
      case "snapshot" ->
          switch (parts.length) {
            case 1 -> List.of("snapshot", "vmid", "snapname");
            case 2 -> List.of("delsnapshot", "vmid", "=" + parts[1]);
            default -> List.of("rollback", "vmid", "=" + parts[1]);
          };
      default -> null;
    };
  }

  private static List<String> filled(
      String tool, List<String> form, @Nullable String vmid, Map<String, String> parameters) {
    var words = new ArrayList<String>();
    words.add(tool);
    boolean verb = !tool.equals("vzdump");
    for (String word : form) {
      if (verb) {
        words.addAll(List.of(word.split(" ")));
        verb = false;
      } else if (word.startsWith("=")) {
        words.add(word.substring(1));
      } else if (word.equals("vmid") && vmid != null) {
        words.add(vmid);
      } else if (parameters.containsKey(word)) {
        words.add(parameters.remove(word));
      }
    }
    return words;
  }

  private static String verb(ApiCall.Method method) {
    return switch (method) {
      case GET -> "get";
      case POST -> "create";
      case PUT -> "set";
      case DELETE -> "delete";
    };
  }

  private static String variable(SecretReference reference) {
    return "$" + NO_NAME.matcher(reference.locator()).replaceAll("_").toUpperCase(Locale.ROOT);
  }

  private static String quoted(String text) {
    if (text.startsWith("$")) {
      return "\"" + text + "\"";
    }
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private NodeCommand() {}
}
