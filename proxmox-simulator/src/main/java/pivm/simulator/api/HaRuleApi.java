package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Digests;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;

/** {@code /cluster/ha/rules}: which resources go where, and which together. */
final class HaRuleApi {
  private static final String RULES = "/cluster/ha/rules";

  private HaRuleApi() {}

  static void register(Router router) {
    router.get(RULES, HaRuleApi::list);
    router.post(RULES, HaRuleApi::create);
    router.get(RULES + "/{rule}", HaRuleApi::one);
    router.put(RULES + "/{rule}", HaRuleApi::update);
    router.delete(RULES + "/{rule}", HaRuleApi::delete);
  }

  /** Of the whole file, which all rules share. */
  private static String digest(Cluster cluster) {
    return Digests.sha1(cluster.haRules().toString());
  }

  private static Doc shown(Cluster cluster, Doc rule) {
    return new Doc().putAll(rule).put("digest", digest(cluster));
  }

  private static List<Doc> list(Call call) {
    List<Doc> found = new ArrayList<>();
    var type = call.get("type");
    for (var rule : call.cluster().haRules().values()) {
      if (type == null || type.equals(rule.text("type"))) {
        found.add(shown(call.cluster(), rule));
      }
    }
    return found;
  }

  private static @Nullable Void create(Call call) {
    String name = call.need("rule");
    var rules = call.cluster().haRules();
    if (rules.containsKey(name)) {
      throw ApiError.die("create HA rule failed: HA rule ID '" + name + "' already defined");
    }
    checkResources(call, "create HA rule failed: ");
    var rule = new Doc();
    call.rest().forEach((key, value) -> rule.put(key, HaApi.number(value)));
    rules.put(name, rule.put("order", rules.size() + 1));
    call.cluster().changed();
    return null;
  }

  /** Parameters replace what the rule has; those of another type of rule are refused. */
  private static @Nullable Void update(Call call) {
    String name = call.need("rule");
    String what = "update HA rules failed: ";
    call.cluster().checkWritable(what, "ha_rules_cfg");
    var digest = call.get("digest");
    if (digest != null && !digest.equals(digest(call.cluster()))) {
      throw ApiError.die(
          what + "detected modified configuration - file changed by other user? Try again.");
    }
    var rule = call.cluster().haRules().get(name);
    if (rule == null) {
      throw ApiError.die(what + "HA rule '" + name + "' does not exist");
    }
    checkResources(call, what);
    var settings = call.rest();
    settings.keySet().removeAll(List.of("rule", "type", "delete", "digest"));
    settings.forEach((key, value) -> rule.put(key, HaApi.number(value)));
    Call.list(call.get("delete")).forEach(rule::remove);
    call.cluster().changed();
    return null;
  }

  /** Takes a resource out of all rules; one that held nothing else goes with it. */
  static void forget(Cluster cluster, String sid) {
    cluster
        .haRules()
        .values()
        .removeIf(rule -> {
          var resources = new ArrayList<>(Call.list(rule.text("resources")));
          boolean held = resources.remove(sid);
          rule.put("resources", String.join(",", resources));
          return held && resources.isEmpty();
        });
  }

  /** A rule is for what the HA manager looks after, and nothing else. */
  private static void checkResources(Call call, String what) {
    var unmanaged = new TreeSet<>(Call.list(call.get("resources")));
    unmanaged.removeAll(call.cluster().haResources().keySet());
    if (!unmanaged.isEmpty()) {
      throw ApiError.die(
          what + "cannot use unmanaged resource(s) " + String.join(", ", unmanaged) + ".");
    }
  }

  private static Doc one(Call call) {
    var rule = call.cluster().haRules().get(call.need("rule"));
    if (rule == null) {
      throw ApiError.die("no such ha rule '" + call.need("rule") + "'");
    }
    return shown(call.cluster(), rule);
  }

  private static @Nullable Void delete(Call call) {
    call.cluster().haRules().remove(call.need("rule"));
    call.cluster().changed();
    return null;
  }
}
