package pivm.simulator.command;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command that stands for one call of the API.
 *
 * @param method of the call
 * @param path with {@code {node}} and the plain words' names in braces
 * @param names of the plain words in order; those that end in a question mark may be left out
 */
record Verb(String method, String path, List<String> names) {
  private static final Map<String, Verb> VERBS = new TreeMap<>();

  static {
    guest("qm", "qemu");
    guest("pct", "lxc");
    add("qm create", "POST", "/nodes/{node}/qemu", "vmid");
    add("qm restore", "POST", "/nodes/{node}/qemu", "archive", "vmid");
    add("qm reset", "POST", "/nodes/{node}/qemu/{vmid}/status/reset", "vmid");
    for (String word : List.of("qm resize", "qm disk resize")) {
      add(word, "PUT", "/nodes/{node}/qemu/{vmid}/resize", "vmid", "disk", "size");
    }
    for (String word : List.of("qm disk move", "qm move-disk", "qm move_disk")) {
      add(word, "POST", "/nodes/{node}/qemu/{vmid}/move_disk", "vmid", "disk", "storage?");
    }
    for (String word : List.of("qm unlink", "qm disk unlink")) {
      add(word, "PUT", "/nodes/{node}/qemu/{vmid}/unlink", "vmid");
    }
    add("qm cloudinit update", "PUT", "/nodes/{node}/qemu/{vmid}/cloudinit", "vmid");
    add("pct create", "POST", "/nodes/{node}/lxc", "vmid", "ostemplate");
    add("pct restore", "POST", "/nodes/{node}/lxc", "vmid", "ostemplate");
    add("pct resize", "PUT", "/nodes/{node}/lxc/{vmid}/resize", "vmid", "disk", "size");
    for (String word : List.of("pct move-volume", "pct move_volume")) {
      add(word, "POST", "/nodes/{node}/lxc/{vmid}/move_volume", "vmid", "volume", "storage?");
    }
    add("pvesm add", "POST", "/storage", "type", "storage");
    add("pvesm set", "PUT", "/storage/{storage}", "storage");
    add("pvesm remove", "DELETE", "/storage/{storage}", "storage");
    add("vzdump", "POST", "/nodes/{node}/vzdump", "vmid?");
  }

  private static void guest(String command, String type) {
    String one = "/nodes/{node}/" + type + "/{vmid}";
    add(command + " set", "PUT", one + "/config", "vmid");
    for (String power : List.of("start", "stop", "shutdown", "reboot", "suspend", "resume")) {
      add(command + " " + power, "POST", one + "/status/" + power, "vmid");
    }
    add(command + " clone", "POST", one + "/clone", "vmid", "newid");
    add(command + " template", "POST", one + "/template", "vmid");
    add(command + " destroy", "DELETE", one, "vmid");
    add(command + " migrate", "POST", one + "/migrate", "vmid", "target");
    add(command + " snapshot", "POST", one + "/snapshot", "vmid", "snapname");
    add(command + " delsnapshot", "DELETE", one + "/snapshot/{snapname}", "vmid", "snapname");
    add(command + " rollback", "POST", one + "/snapshot/{snapname}/rollback", "vmid", "snapname");
  }

  private static void add(String words, String method, String path, String... names) {
    VERBS.put(words, new Verb(method, path, List.of(names)));
  }

  /** The verbs by their words, such as {@code qm disk move}. */
  static Map<String, Verb> all() {
    return VERBS;
  }

  /** The line that explains the use after a mistake. */
  String usage(String words) {
    var line = new StringBuilder(words);
    for (String name : names) {
      boolean optional = name.endsWith("?");
      String plain = optional ? name.substring(0, name.length() - 1) : name;
      line.append(optional ? " [<" + plain + ">]" : " <" + plain + ">");
    }
    return line.append(" [OPTIONS]").toString();
  }
}
