package pivm.engine.observation;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.Rights;
import pivm.proxmox.json.Json;

/** Makes the facts about the cluster as a whole out of the API's answers. */
final class ClusterReading {
  private final Answers answers;

  ClusterReading(Answers answers) {
    this.answers = answers;
  }

  Cluster cluster(SortedSet<Integer> existing, Rights rights) {
    return new Cluster(
        answers.rows(Question.STATUS).stream()
            .filter(row -> row.text("type", "").equals("cluster"))
            .findFirst()
            .map(row -> row.text("name"))
            .orElse(null),
        answers.object(Question.VERSION).text("version", ""),
        quorate(),
        claims(existing),
        rules(),
        ruleTypes(),
        pools(),
        forbiddenTags(rights));
  }

  /** A node that is in no cluster has no entry of type cluster and needs no quorum. */
  private @Nullable Boolean quorate() {
    if (answers.get(Question.STATUS) == null) {
      return null;
    }
    for (Json.Obj row : answers.rows(Question.STATUS)) {
      if (row.text("type", "").equals("cluster")) {
        return row.flag("quorate");
      }
    }
    return true;
  }

  /** Whether each node is online, by its name; empty when the token may not see it. */
  SortedMap<String, Boolean> online() {
    var online = new TreeMap<String, Boolean>();
    for (Json.Obj row : answers.rows(Question.STATUS)) {
      if (row.text("type", "").equals("node")) {
        online.put(row.text("name", ""), row.flag("online"));
      }
    }
    return online;
  }

  private SortedMap<Integer, String> claims(SortedSet<Integer> existing) {
    var claims = new Claims(existing);
    for (Json.Obj job : answers.rows(Question.REPLICATION)) {
      claims.add(job.text("guest"), "replication job " + job.text("id", ""));
    }
    for (String service : ha().keySet()) {
      claims.add(service.substring(service.indexOf(':') + 1), "HA resource " + service);
    }
    for (Json.Obj job : answers.rows(Question.BACKUPS)) {
      for (String vmid : Words.of(job.text("vmid"))) {
        claims.add(vmid, "backup job " + job.text("id", ""));
      }
    }
    return claims.found();
  }

  /** By service id, {@code vm:100} or {@code ct:200}. */
  SortedMap<String, HaResource> ha() {
    var services = new TreeMap<String, HaResource>();
    for (Json.Obj row : answers.rows(Question.HA_RESOURCES)) {
      services.put(row.text("sid", ""), haResource(row));
    }
    return services;
  }

  static HaResource haResource(Json.Obj row) {
    return new HaResource(
        row.text("state", "started"),
        row.has("failback") ? row.flag("failback") : null,
        number(row, "max_restart"),
        number(row, "max_relocate"));
  }

  private static @Nullable Integer number(Json.Obj row, String name) {
    Long value = row.integer(name);
    return value == null ? null : value.intValue();
  }

  private SortedMap<String, SortedSet<String>> rules() {
    var rules = new TreeMap<String, SortedSet<String>>();
    for (Json.Obj rule : answers.rows(Question.HA_RULES)) {
      for (String service : Words.of(rule.text("resources"))) {
        rules.computeIfAbsent(service, _ -> new TreeSet<>()).add(rule.text("rule", ""));
      }
    }
    return rules;
  }

  private SortedMap<String, String> ruleTypes() {
    var types = new TreeMap<String, String>();
    for (Json.Obj rule : answers.rows(Question.HA_RULES)) {
      types.put(rule.text("rule", ""), rule.text("type", ""));
    }
    return types;
  }

  private SortedSet<String> pools() {
    var pools = new TreeSet<String>();
    for (Json.Obj row : answers.rows(Question.RESOURCES)) {
      if (row.text("type", "").equals("pool")) {
        pools.add(row.text("pool", ""));
      }
    }
    return pools;
  }

  /**
   * Free tags are the default; whoever has Sys.Modify on the whole may set any (pve-guest-common,
   * src/PVE/GuestHelpers.pm).
   */
  private boolean forbiddenTags(Rights rights) {
    if (rights.has("/", "Sys.Modify")) {
      return false;
    }
    Json access = answers.object(Question.OPTIONS).get("user-tag-access");
    String allow = access instanceof Json.Obj object ? object.text("user-allow") : access.asText();
    return allow != null && !allow.equals("free") && !allow.contains("user-allow=free");
  }

  /** The privileges; 0 marks one that does not reach below its path. */
  static Rights rights(Json permissions) {
    var here = new TreeMap<String, SortedSet<String>>();
    var below = new TreeMap<String, SortedSet<String>>();
    permissions
        .asObject()
        .members()
        .forEach((path, privileges) -> {
          Json.Obj entry = privileges.asObject();
          here.put(path, new TreeSet<>(entry.members().keySet()));
          var inherited = new TreeSet<>(entry.members().keySet());
          inherited.removeIf(privilege -> !entry.flag(privilege));
          below.put(path, inherited);
        });
    return new Rights(false, here, below);
  }
}
