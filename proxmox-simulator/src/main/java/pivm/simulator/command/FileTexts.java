package pivm.simulator.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.api.Figures;
import pivm.simulator.config.ConfigText;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;
import pivm.simulator.schema.Privileges;
import pivm.simulator.state.Access;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.User;

/** The texts of the cluster's files other than guest configurations. */
final class FileTexts {
  private static final List<String> RUNNING_FIELDS =
      List.of(
          "uptime",
          "name",
          "status",
          "template",
          "time",
          "cpus",
          "cpu",
          "maxmem",
          "mem",
          "maxdisk",
          "disk",
          "netin",
          "netout",
          "diskread",
          "diskwrite",
          "memhost",
          "pressurecpusome",
          "pressurecpufull",
          "pressureiosome",
          "pressureiofull",
          "pressurememorysome",
          "pressurememoryfull");
  private static final TreeSet<String> STOPPED_FIELDS =
      new TreeSet<>(
          List.of(
              "uptime", "name", "status", "template", "time", "cpus", "maxmem", "maxdisk", "disk"));

  private FileTexts() {}

  /** Text by name below the root. */
  static Map<String, String> all(Cluster cluster) {
    Map<String, String> files = new TreeMap<>();
    files.put("storage.cfg", storages(cluster));
    files.put("user.cfg", users(cluster));
    files.put("datacenter.cfg", datacenter(cluster));
    files.put("jobs.cfg", jobs(cluster));
    files.put("ha/resources.cfg", haResources(cluster));
    files.put("ha/rules.cfg", haRules(cluster));
    files.put("priv/token.cfg", tokens(cluster));
    files.put(".vmlist", guests(cluster));
    files.put(".members", members(cluster));
    files.put(".version", versions(cluster));
    files.put(".rrd", figures(cluster));
    files.put(".clusterlog", ClusterLog.text(cluster));
    if (cluster.nodes().size() > 1) {
      files.put("corosync.conf", corosync(cluster));
    }
    return files;
  }

  private static String storages(Cluster cluster) {
    var out = new StringBuilder();
    for (var storage : cluster.storages().all()) {
      section(out, storage.type(), storage.id(), storage.options());
    }
    return out.toString();
  }

  private static void section(
      StringBuilder out, String type, String id, Map<String, String> options) {
    out.append(type).append(": ").append(id).append('\n');
    options.forEach(
        (key, value) -> out.append('\t').append(key).append(' ').append(value).append('\n'));
    out.append('\n');
  }

  private static String users(Cluster cluster) {
    var access = cluster.access();
    var out = new StringBuilder();
    for (var user : access.users().values()) {
      var settings = user.settings();
      line(
          out,
          "user",
          user.id(),
          user.isEnabled() ? "1" : "0",
          Long.toString(user.expire()),
          encoded(settings.get("firstname")),
          encoded(settings.get("lastname")),
          settings.getOrDefault("email", ""),
          encoded(settings.get("comment")),
          settings.getOrDefault("keys", ""));
      user.tokens()
          .forEach((name, token) ->
              line(
                  out,
                  "token",
                  user.id() + "!" + name,
                  Long.toString(token.expire()),
                  token.separated() ? "1" : "0",
                  encoded(token.comment())));
    }
    out.append('\n');
    access
        .groups()
        .forEach(
            (name, comment) -> line(out, "group", name, members(access, name), encoded(comment)));
    out.append('\n');
    cluster
        .pools()
        .forEach((name, pool) ->
            line(
                out,
                "pool",
                name,
                encoded(pool.comment()),
                join(pool.guests()),
                join(pool.storages())));
    out.append('\n');
    access
        .roles()
        .forEach((name, privileges) -> {
          if (!Privileges.ROLES.containsKey(name)) {
            line(out, "role", name, join(privileges));
          }
        });
    out.append('\n');
    for (var entry : access.entries()) {
      String who = entry.type().equals("group") ? "@" + entry.who() : entry.who();
      line(out, "acl", entry.propagate() ? "1" : "0", entry.path(), who, entry.role());
    }
    return out.toString();
  }

  private static String members(Access access, String group) {
    return join(
        access.users().values().stream()
            .filter(u -> u.groups().contains(group))
            .map(User::id)
            .toList());
  }

  private static void line(StringBuilder out, String... fields) {
    out.append(String.join(":", fields)).append(":\n");
  }

  private static String encoded(@Nullable String text) {
    return ConfigText.encode(text);
  }

  private static String join(Iterable<?> items) {
    List<String> texts = new ArrayList<>();
    items.forEach(i -> texts.add(String.valueOf(i)));
    return String.join(",", texts);
  }

  private static String datacenter(Cluster cluster) {
    var out = new StringBuilder();
    cluster
        .options()
        .forEach((key, value) -> {
          if (key.equals("description")) {
            value.lines().forEach(l -> out.append('#').append(encoded(l)).append('\n'));
          } else {
            out.append(key).append(": ").append(value).append('\n');
          }
        });
    return out.toString();
  }

  private static String jobs(Cluster cluster) {
    var out = new StringBuilder();
    cluster.backupJobs().forEach((id, job) -> section(out, "vzdump", id, job));
    return out.toString();
  }

  private static String haResources(Cluster cluster) {
    var out = new StringBuilder();
    for (var resource : cluster.haResources().values()) {
      section(out, resource.sid().substring(0, 2), resource.sid().substring(3), resource.options());
    }
    return out.toString();
  }

  private static String haRules(Cluster cluster) {
    var out = new StringBuilder();
    cluster
        .haRules()
        .forEach((name, rule) -> {
          Map<String, String> options = new LinkedHashMap<>();
          for (String key : rule.names()) {
            if (!List.of("type", "rule", "digest", "order").contains(key)) {
              options.put(key, String.valueOf(rule.get(key)));
            }
          }
          section(out, String.valueOf(rule.get("type")), name, options);
        });
    return out.toString();
  }

  private static String tokens(Cluster cluster) {
    var out = new StringBuilder();
    for (var user : cluster.access().users().values()) {
      user.tokens().forEach((id, t) -> out.append(user.id() + "!" + id + " " + t.secret() + "\n"));
    }
    return out.toString();
  }

  private static String guests(Cluster cluster) {
    var out = new StringBuilder("{\n\"version\": ").append(cluster.changes());
    List<String> lines = new ArrayList<>();
    for (var guest : cluster.guests()) {
      lines.add(
          String.format(
              "\"%d\": { \"node\": \"%s\", \"type\": \"%s\", \"version\": %d }",
              guest.vmid(), guest.node(), guest.kind().word(), guest.vmid()));
    }
    if (!lines.isEmpty()) {
      out.append(",\n\"ids\": {\n").append(String.join(",\n", lines)).append('}');
    }
    return out.append("\n\n}\n").toString();
  }

  private static String members(Cluster cluster) {
    var first = cluster.nodes().iterator().next();
    var out = new StringBuilder("{\n\"nodename\": \"" + first.name() + "\",\n\"version\": 1");
    if (cluster.nodes().size() > 1) {
      out.append(",\n\"cluster\": { \"name\": \"").append(cluster.name());
      out.append("\", \"version\": ").append(cluster.nodes().size());
      out.append(", \"nodes\": ").append(cluster.nodes().size());
      out.append(", \"quorate\": ")
          .append(cluster.isQuorate() ? 1 : 0)
          .append(" },\n\"nodelist\": {\n");
      List<String> lines = new ArrayList<>();
      for (var node : cluster.nodes()) {
        lines.add(
            String.format(
                "  \"%s\": { \"id\": %d, \"online\": %d, \"ip\": \"%s\"}",
                node.name(), node.number(), node.isOnline() ? 1 : 0, node.address()));
      }
      out.append(String.join(",\n", lines)).append("\n  }");
    }
    return out.append("\n}\n").toString();
  }

  private static String versions(Cluster cluster) {
    var out = new StringBuilder("{\n\"starttime\": 1795489200,\n\"clinfo\": 1,\n");
    out.append("\"vmlist\": ").append(cluster.changes()).append(",\n");
    for (String name :
        List.of(
            "corosync.conf",
            "storage.cfg",
            "user.cfg",
            "datacenter.cfg",
            "jobs.cfg",
            "ha/resources.cfg",
            "ha/rules.cfg",
            "priv/token.cfg")) {
      out.append('"').append(name).append("\": ").append(cluster.changes()).append(",\n");
    }
    return out.append("\"kvstore\": {\n}\n}\n").toString();
  }

  private static String figures(Cluster cluster) {
    long now = cluster.time().seconds() / 10 * 10;
    var out = new StringBuilder();
    for (var node : cluster.nodes()) {
      if (node.isFresh()) {
        var doc = Figures.node(cluster, node, true);
        out.append("pve-node-9.0/").append(node.name()).append(':');
        out.append(number(doc, "uptime") / 10 * 10).append("::").append(now).append(":0.10:");
        out.append(doc.get("maxcpu")).append(':').append(doc.has("cpu") ? doc.get("cpu") : "U");
        out.append(":0:").append(doc.get("maxmem")).append(':').append(number(doc, "mem"));
        out.append(":0:0:").append(doc.get("maxdisk")).append(':').append(number(doc, "disk"));
        out.append(":0:0:").append(number(doc, "maxmem") - number(doc, "mem"));
        out.append(":U:0:0:0:0:0\n");
      }
      for (var storage : cluster.storages().all()) {
        if (storage.isOn(node.name()) && !storage.isDisabled() && node.isFresh()) {
          var space = storage.space(node.name());
          out.append("pve-storage-9.0/").append(node.name()).append('/').append(storage.id());
          out.append(':').append(now).append(':').append(space.total()).append(':');
          out.append(space.used()).append('\n');
        }
      }
    }
    for (var guest : cluster.guests()) {
      var report = cluster.statistics().of(guest.vmid());
      if (report != null) {
        var doc = Figures.told(cluster, guest, report).put("time", report.atMillis() / 1000);
        doc.put("netin", 0).put("netout", 0).put("diskread", 0).put("diskwrite", 0);
        if (guest.kind() == Kind.LXC) {
          doc.put("memhost", 0);
        }
        out.append("pve-vm-9.0/").append(guest.vmid());
        for (String field : RUNNING_FIELDS) {
          boolean told = report.isRunning() || STOPPED_FIELDS.contains(field);
          out.append(':').append(told && doc.get(field) != null ? doc.get(field) : "U");
        }
        out.append('\n');
      }
    }
    return out.toString();
  }

  private static long number(Doc doc, String name) {
    return doc.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static String corosync(Cluster cluster) {
    var out = new StringBuilder("logging {\n  debug: off\n  to_syslog: yes\n}\n\nnodelist {\n");
    for (var node : cluster.nodes()) {
      out.append("  node {\n    name: ").append(node.name()).append("\n    nodeid: ");
      out.append(node.number()).append("\n    quorum_votes: 1\n    ring0_addr: ");
      out.append(node.address()).append("\n  }\n");
    }
    return out.append(
            "}\n\nquorum {\n  provider: corosync_votequorum\n}\n\ntotem {\n  cluster_name: ")
        .append(cluster.name())
        .append("\n  config_version: ")
        .append(cluster.nodes().size())
        .append(
            "\n  interface {\n    linknumber: 0\n  }\n  ip_version: ipv4-6\n  link_mode: passive\n")
        .append("  secauth: on\n  version: 2\n}\n")
        .toString();
  }
}
