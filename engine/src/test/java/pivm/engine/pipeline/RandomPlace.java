package pivm.engine.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.json.Json;

/** Where a random guest is declared to be, and how HA is to treat it. */
final class RandomPlace {
  private static final List<String> NODES = List.of("pve-01", "pve-02");

  private final Random random;
  private @Nullable String node;
  private boolean pinned;
  private @Nullable Json ha;

  RandomPlace(Random random) {
    this.random = random;
  }

  /** Another node, pinned or only at its creation, or none. */
  void node() {
    node = random.nextInt(4) == 0 ? null : NODES.get(random.nextInt(NODES.size()));
    pinned = node != null && random.nextInt(3) > 0;
  }

  void anywhere() {
    node = null;
    pinned = false;
  }

  void ha() {
    if (random.nextInt(3) == 0) {
      ha = Json.Null.NULL;
      return;
    }
    var fields = new TreeMap<String, Json>();
    if (random.nextBoolean()) {
      fields.put("max_restart", Json.of(random.nextInt(4)));
    }
    if (random.nextBoolean()) {
      fields.put("max_relocate", Json.of(random.nextInt(4)));
    }
    if (random.nextBoolean()) {
      fields.put("failback", Json.of(random.nextBoolean()));
    }
    ha = new Json.Obj(new java.util.LinkedHashMap<>(fields));
  }

  /** HA keeps the state that the manifest declares; it keeps no templates. */
  void into(Map<String, Json> entry) {
    if (node != null) {
      entry.put("node", Json.of(node));
      entry.put("node_policy", Json.of(pinned ? "pin" : "any"));
    }
    String state = String.valueOf(entry.getOrDefault("state", Json.Null.NULL).asText());
    if (ha instanceof Json.Obj fields && !List.of("template", "absent").contains(state)) {
      var all = new java.util.LinkedHashMap<>(fields.members());
      all.put("state", Json.of(state.equals("stopped") ? "stopped" : "started"));
      entry.put("ha", new Json.Obj(all));
    } else if (ha != null) {
      entry.put("ha", Json.Null.NULL);
    }
  }
}
