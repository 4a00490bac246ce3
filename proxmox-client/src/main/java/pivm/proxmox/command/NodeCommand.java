package pivm.proxmox.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ApiCall.Method;

/**
 * The command on a node that does what a call does: {@code qm}, {@code pct}, {@code pvesm} or
 * {@code vzdump} where there is a direct one, else {@code pvesh}.
 */
public final class NodeCommand {
  private static final Pattern GUEST =
      Pattern.compile("/nodes/([^/]+)/(qemu|lxc)(?:/(\\d+)(?:/(.+))?)?");
  private static final Pattern CONTENT =
      Pattern.compile("/nodes/([^/]+)/storage/([^/]+)/content(?:/(.+))?");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
  private static final Set<String> SECRETS = Set.of("password", "cipassword");

  /** The direct commands read these from files, so only {@code pvesh} takes them as they are. */
  private static final Set<String> FILES = Set.of("sshkeys", "ssh-public-keys");

  private static final Set<String> POWER =
      Set.of("start", "stop", "shutdown", "reboot", "reset", "suspend", "resume");

  private final List<String> arguments;
  private final List<String> printed;
  private final SortedMap<String, String> left;

  private NodeCommand(SortedMap<String, String> parameters, String... start) {
    arguments = new ArrayList<>(List.of(start));
    printed = new ArrayList<>(arguments);
    left = parameters;
  }

  /** The shortest command for a call, to be run on the node that the call names. */
  public static NodeCommand of(ApiCall call) {
    NodeCommand direct =
        call.parameters().keySet().stream().anyMatch(FILES::contains) ? null : direct(call);
    return direct == null ? pvesh(call) : direct;
  }

  /** The {@code pvesh} command for a call, which can be run on any node of the cluster. */
  public static NodeCommand pvesh(ApiCall call) {
    String verb =
        switch (call.method()) {
          case GET -> "get";
          case POST -> "create";
          case PUT -> "set";
          case DELETE -> "delete";
        };
    return new NodeCommand(new TreeMap<>(call.parameters()), "pvesh", verb, call.path())
        .options()
        .word("--output-format")
        .word("json");
  }

  private static @Nullable NodeCommand direct(ApiCall call) {
    if (call.isRead()) {
      return null;
    }
    Matcher guest = GUEST.matcher(call.path());
    if (guest.matches()) {
      String type = guest.group(2);
      String vmid = guest.group(3);
      return vmid == null
          ? create(call, type)
          : guest(call, type, vmid, guest.group(4) == null ? "" : guest.group(4));
    }
    Matcher content = CONTENT.matcher(call.path());
    if (content.matches()) {
      return content(call, content.group(2), content.group(3));
    }
    return call.path().endsWith("/vzdump") ? backup(call) : storage(call);
  }

  private static @Nullable NodeCommand create(ApiCall call, String type) {
    if (call.method() != Method.POST) {
      return null;
    }
    NodeCommand command = command(call, type.equals("qemu") ? "qm" : "pct");
    boolean restore = "1".equals(call.parameters().get("restore")) && type.equals("lxc");
    command.word(restore ? "restore" : "create").take("vmid");
    if (restore) {
      command.left.remove("restore");
    }
    return type.equals("lxc") ? command.take("ostemplate").options() : command.options();
  }

  private static @Nullable NodeCommand guest(
      ApiCall call, String type, String vmid, String action) {
    return type.equals("qemu") ? vm(call, vmid, action) : container(call, vmid, action);
  }

  private static @Nullable NodeCommand vm(ApiCall call, String vmid, String action) {
    NodeCommand command = command(call, "qm");
    switch (call.method() + " " + action) {
      case "POST config" -> {
        command.left.remove("background_delay");
        command.word("set").word(vmid);
      }
      case "PUT resize" -> command.word("disk").word("resize").word(vmid).take("disk").take("size");
      case "POST move_disk" ->
          command.word("disk").word("move").word(vmid).take("disk").take("storage");
      case "PUT unlink" -> command.word("disk").word("unlink").word(vmid);
      case "PUT cloudinit" -> command.word("cloudinit").word("update").word(vmid);
      default -> {
        return common(command, call, vmid, action);
      }
    }
    return command.options();
  }

  private static @Nullable NodeCommand container(ApiCall call, String vmid, String action) {
    NodeCommand command = command(call, "pct");
    switch (call.method() + " " + action) {
      case "PUT resize" -> command.word("resize").word(vmid).take("disk").take("size");
      case "POST move_volume" ->
          command.word("move-volume").word(vmid).take("volume").take("storage");
      case "POST status/reset" -> {
        return null;
      }
      default -> {
        return common(command, call, vmid, action);
      }
    }
    return command.options();
  }

  private static @Nullable NodeCommand common(
      NodeCommand command, ApiCall call, String vmid, String action) {
    String[] segments = action.split("/");
    switch (call.method() + " " + segments[0]) {
      case "DELETE " -> command.word("destroy").word(vmid);
      case "PUT config" -> command.word("set").word(vmid);
      case "POST clone" -> command.word("clone").word(vmid).take("newid");
      case "POST migrate" -> command.word("migrate").word(vmid).take("target");
      case "POST template" -> command.word("template").word(vmid);
      case "POST status" -> {
        if (!POWER.contains(segments[1])) {
          return null;
        }
        command.word(segments[1]).word(vmid);
      }
      case "POST snapshot" -> snapshot(command, vmid, segments);
      case "DELETE snapshot" -> command.word("delsnapshot").word(vmid).word(segments[1]);
      default -> {
        return null;
      }
    }
    return command.options();
  }

  private static void snapshot(NodeCommand command, String vmid, String[] segments) {
    if (segments.length == 3 && segments[2].equals("rollback")) {
      command.word("rollback").word(vmid).word(segments[1]);
    } else {
      command.word("snapshot").word(vmid).take("snapname");
    }
  }

  private static @Nullable NodeCommand content(
      ApiCall call, String storage, @Nullable String volume) {
    NodeCommand command = command(call, "pvesm");
    if (call.method() == Method.POST && volume == null) {
      return command
          .word("alloc")
          .word(storage)
          .take("vmid")
          .take("filename")
          .take("size")
          .options();
    }
    if (call.method() == Method.DELETE && volume != null) {
      String id = volume.contains(":") ? volume : storage + ":" + volume;
      return command.word("free").word(id).options();
    }
    return null;
  }

  private static NodeCommand backup(ApiCall call) {
    NodeCommand command = command(call, "vzdump");
    String guests = command.left.remove("vmid");
    if (guests != null) {
      for (String vmid : guests.split("[,; ]+")) {
        command.word(vmid);
      }
    }
    return command.options();
  }

  private static @Nullable NodeCommand storage(ApiCall call) {
    NodeCommand command = command(call, "pvesm");
    if (call.path().equals("/storage") && call.method() == Method.POST) {
      return command.word("add").take("type").take("storage").options();
    }
    if (call.path().startsWith("/storage/") && call.method() != Method.POST) {
      String verb = call.method() == Method.PUT ? "set" : "remove";
      return command.word(verb).word(call.path().substring("/storage/".length())).options();
    }
    return null;
  }

  private static NodeCommand command(ApiCall call, String name) {
    return new NodeCommand(new TreeMap<>(call.parameters()), name);
  }

  private NodeCommand word(String word) {
    arguments.add(word);
    printed.add(quoted(word));
    return this;
  }

  /** A parameter that the command takes by place. */
  private NodeCommand take(String name) {
    String value = left.remove(name);
    return value == null ? this : word(value);
  }

  private NodeCommand options() {
    left.forEach((name, value) -> {
      String option = "--" + name;
      if (value.startsWith("-")) {
        // It would be taken for an option (pve-common, src/PVE/JSONSchema.pm get_options).
        option(name, option + "=" + value);
      } else {
        option(name, option, value);
      }
    });
    return this;
  }

  private void option(String name, String... words) {
    List<String> shown = new ArrayList<>();
    if (SECRETS.contains(name)) {
      shown.add("--" + name + " \"$" + name.toUpperCase(Locale.ROOT) + "\"");
    } else if (!name.equals("digest")) {
      List.of(words).forEach(word -> shown.add(quoted(word)));
    }
    arguments.addAll(List.of(words));
    printed.addAll(shown);
  }

  /** The command and its arguments, secrets included. */
  public List<String> arguments() {
    return List.copyOf(arguments);
  }

  /**
   * The command as a person would type it: quoted for the shell, secrets as variables, without the
   * digest that guards against concurrent edits.
   */
  public String printable() {
    return String.join(" ", printed);
  }

  public static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  @Override
  public String toString() {
    return printable();
  }
}
