package pivm.proxmox.files;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.config.Escapes;
import pivm.proxmox.config.Words;

/**
 * The file {@code user.cfg} (pve-access-control, src/PVE/AccessControl.pm, {@code
 * parse_user_config}).
 *
 * @param pools by name
 * @param roles privileges by name of the role; the built-in roles are not in the file
 */
public record UserFile(
    SortedMap<String, Pool> pools, SortedMap<String, SortedSet<String>> roles, List<Acl> acls) {

  /** A resource pool. */
  public record Pool(String comment, SortedSet<Integer> vmids, SortedSet<String> storages) {}

  /**
   * An entry of access control.
   *
   * @param subjects users, tokens, and groups with a leading {@code @}
   */
  public record Acl(
      boolean propagate, String path, SortedSet<String> subjects, SortedSet<String> roles) {}

  static UserFile read(@Nullable String text) {
    var file = new UserFile(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    if (text != null) {
      text.lines().forEach(file::line);
    }
    return file;
  }

  private void line(String line) {
    String[] fields = line.strip().split(":", -1);
    if (fields.length < 4) {
      return;
    }
    switch (fields[0]) {
      case "pool" -> pools.put(fields[1], pool(fields));
      case "role" -> roles.put(fields[1], words(fields[2]));
      case "acl" ->
          acls.add(
              new Acl(
                  fields[1].equals("1"),
                  fields[2],
                  words(fields[3]),
                  words(fields.length > 4 ? fields[4] : "")));
      default -> {
        // Users, groups and tokens say nothing that the API would not say better.
      }
    }
  }

  private static Pool pool(String[] fields) {
    var vmids = new TreeSet<Integer>();
    for (String vmid : Words.split(fields[3])) {
      if (vmid.matches("\\d{1,9}")) {
        vmids.add(Integer.valueOf(vmid));
      }
    }
    return new Pool(Escapes.decode(fields[2]), vmids, words(fields.length > 4 ? fields[4] : ""));
  }

  private static SortedSet<String> words(String text) {
    return new TreeSet<>(Words.split(text));
  }
}
