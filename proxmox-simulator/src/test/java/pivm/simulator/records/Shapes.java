package pivm.simulator.records;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;

/** Compares answers: members and types always, values where they are not a matter of chance. */
final class Shapes {
  private static final Set<String> BY_CHANCE =
      Set.of(
          "digest",
          "smbios1",
          "vmgenid",
          "ctime",
          "meta",
          "snaptime",
          "uptime",
          "mem",
          "memhost",
          "cpu",
          "disk",
          "netin",
          "netout",
          "pid",
          "used",
          "avail",
          "total",
          "used_fraction",
          "time",
          "starttime",
          "endtime",
          "pstart",
          "upid",
          "value",
          "ticket",
          "CSRFPreventionToken",
          "ssl_fingerprint",
          "loadavg",
          "maxdisk",
          "size",
          "localtime",
          "hwaddr",
          "hardware-address",
          "cipassword",
          "maxmem",
          "maxcpu",
          "fingerprint",
          "ip",
          "next-run",
          "priority",
          "state",
          "cpuinfo",
          "memory_",
          "rootfs_",
          "parent_",
          "description_",
          "serverid",
          "pve_fp",
          "status_",
          "running-nets-host-mtu",
          "vmstate_",
          "content",
          "gateway",
          "address",
          "cidr",
          "options",
          "pressurecpusome",
          "pressurecpufull",
          "config_digest",
          "current-kernel",
          "kversion",
          "preferred_node",
          "armed-state",
          "saved");
  private static final Pattern MAC = Pattern.compile("(?i)([0-9a-f]{2}:){5}[0-9a-f]{2}");

  private Shapes() {}

  static @Nullable String difference(String path, @Nullable Object was, @Nullable Object is) {
    if (path.endsWith("current-kernel") || path.endsWith("cpuinfo")) {
      return is instanceof Doc ? null : path + ": expected an object, got " + is;
    }
    if (was instanceof Doc before) {
      return is instanceof Doc now
          ? docs(path, before, now)
          : path + ": expected an object, got " + is;
    }
    if (was instanceof List<?> before) {
      return is instanceof List<?> now
          ? lists(path, before, now)
          : path + ": expected a list, got " + is;
    }
    if (was instanceof String text && text.startsWith("UPID:")) {
      String[] expected = text.split(":");
      String[] got = String.valueOf(is).split(":");
      boolean same =
          got.length >= 7
              && expected[5].equals(got[5])
              && expected[6].equals(got[6])
              && expected[1].equals(got[1]);
      return same ? null : path + ": expected " + text + ", got " + is;
    }
    String name = path.substring(path.lastIndexOf('.') + 1);
    if (BY_CHANCE.contains(name)) {
      return (was == null) == (is == null) ? null : path + ": expected " + was + ", got " + is;
    }
    return Objects.equals(plain(was), plain(is))
        ? null
        : path + ": expected " + type(was) + " " + was + ", got " + type(is) + " " + is;
  }

  private static String plain(@Nullable Object value) {
    String kind = value instanceof Number ? "#" : "";
    return kind
        + MAC.matcher(String.valueOf(value))
            .replaceAll("MAC")
            .replaceAll("\\$5\\$[^\\n]+", "HASH")
            .replaceAll("vzdump-(\\w+-\\d+)-[\\d_-]+", "vzdump-$1-TIME");
  }

  private static String type(@Nullable Object value) {
    return value instanceof Number ? "number" : value == null ? "null" : "text";
  }

  private static @Nullable String docs(String path, Doc was, Doc is) {
    var missing = new TreeSet<>(was.names());
    missing.removeAll(is.names());
    var more = new TreeSet<>(is.names());
    more.removeAll(was.names());
    if (!missing.isEmpty() || !more.isEmpty()) {
      return path + ": missing " + missing + ", too many " + more;
    }
    for (String name : was.names()) {
      var difference = difference(path + "." + name, was.get(name), is.get(name));
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private static @Nullable String lists(String path, List<?> was, List<?> is) {
    if (!was.isEmpty() && was.getLast() instanceof String end && end.contains("left out")) {
      return difference(path + "[]", was.getFirst(), is.isEmpty() ? null : is.getFirst());
    }
    if (was.isEmpty() || !(was.getFirst() instanceof Doc)) {
      return was.size() == is.size() ? null : path + ": expected " + was + ", got " + is;
    }
    List<String> ids =
        List.of(
            "cmd",
            "ip-address",
            "ugid",
            "key",
            "id",
            "vmid",
            "volid",
            "storage",
            "node",
            "name",
            "userid",
            "roleid",
            "upid",
            "iface",
            "path",
            "subdir",
            "realm",
            "tokenid",
            "poolid",
            "n");
    for (var item : was) {
      var doc = (Doc) Objects.requireNonNull(item);
      String id = ids.stream().filter(doc::has).findFirst().orElse("");
      var other = id.equals("upid") ? null : find(is, id, doc.text(id));
      if (id.equals("upid") || doc.has("upid")) {
        continue;
      }
      if (other == null) {
        return path + ": no entry with " + id + " " + doc.text(id) + " in " + is;
      }
      var difference = difference(path + "[" + doc.text(id) + "]", doc, other);
      if (difference != null) {
        return difference;
      }
    }
    boolean tasks = was.getFirst() instanceof Doc first && first.has("upid");
    return was.size() == is.size() || tasks
        ? null
        : path + ": expected " + was.size() + " entries, got " + is;
  }

  private static @Nullable Doc find(List<?> list, String id, @Nullable String value) {
    for (var item : list) {
      if (item instanceof Doc doc && Objects.equals(doc.text(id), value)) {
        return doc;
      }
    }
    return null;
  }
}
