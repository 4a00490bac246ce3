package pivm.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.execution.RunResult;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;
import pivm.engine.rails.Verdict;
import pivm.engine.testing.RandomGuestConfigs;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.config.Kind;

/**
 * Whatever is declared, and however manifest and cluster change: what is applied is what was
 * declared, and the next plan is empty. The ordinary build makes the same cases each time; {@code
 * -Dpivm.cases=N} makes N new ones, {@code -Dpivm.seed=N} repeats one.
 */
class ConvergencePropertyTest {
  private static final int FOREIGN = 105;
  private static final int MOST_SHOWN = 10;
  private static final int USUAL_CASES = 120;
  private static final long USUAL_SEED = 1;

  /** What Proxmox writes by itself. */
  private static final Set<String> BY_ITSELF =
      Set.of("template", "vmgenid", "running-nets-host-mtu", "digest", "parent");

  private static final String FOUND_VM =
      """
      agent: 1
      boot: order=scsi0;ide2
      cores: 2
      description: by%20hand
      ide2: none,media=cdrom
      memory: 1024
      name: found
      net0: e1000=BC:24:11:00:01:02,bridge=vmbr0,firewall=1
      net1: virtio=BC:24:11:00:01:03,bridge=vmbr0
      scsi0: local-lvm:vm-301-disk-0,discard=on,size=8G
      scsihw: virtio-scsi-single
      tags: theirs
      """;

  private static final String FOUND_CONTAINER =
      """
      arch: amd64
      cores: 1
      features: nesting=1
      hostname: found
      memory: 512
      net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:02:01,ip=dhcp,type=veth
      ostype: debian
      rootfs: local-lvm:vm-302-disk-0,size=8G
      swap: 256
      unprivileged: 1
      """;

  private static final List<String> DEFAULTS =
      List.of(
          """
          {"storage": "ceph", "pool": "a", "options": {"onboot": 1, "tags": "all"}}\
          """,
          """
          {"storage": "local-lvm:6", "cores": 2, "options": {"startup": "order=3", "agent": 1}}\
          """,
          """
          {"swap": 128, "cloud_init": {"enable": true, "user": "ops"}}\
          """);

  @TempDir private Path folder;

  @Test
  void everyPlanIsEmptyAfterItWasApplied() throws Exception {
    Long given = Long.getLong("pivm.seed");
    Integer asked = Integer.getInteger("pivm.cases");
    int cases = given != null ? 1 : asked == null ? USUAL_CASES : asked;
    long first = given != null ? given : asked == null ? USUAL_SEED : System.nanoTime();
    var failures = new ArrayList<String>();
    for (long seed = first; seed < first + cases; seed++) {
      try {
        new Case(seed, Files.createDirectory(folder.resolve("state-" + seed))).run();
      } catch (AssertionError | RuntimeException failure) {
        failures.add("-Dpivm.seed=" + seed + ": " + failure);
      }
    }
    assertThat(failures.stream().limit(MOST_SHOWN).toList())
        .as("%s of %s cases failed", failures.size(), cases)
        .isEmpty();
  }

  /** One cluster and its manifest over several runs. */
  private static final class Case {
    /** Behind the key of a value that waits. */
    private static final String WAITS = ">";

    private final Random random;
    private final RandomGuestConfigs values;
    private final Manager manager;
    private final List<RandomGuest> guests = new ArrayList<>();
    private String defaults = "";

    Case(long seed, Path state) {
      this.random = new Random(seed);
      this.values = new RandomGuestConfigs(seed);
      this.manager =
          new Manager(
              Manager.cluster()
                  .guest(
                      Kind.LXC,
                      FOREIGN,
                      "pve-01",
                      "arch: amd64\nhostname: mail\nmemory: 512\nrootfs: local-lvm:vm-105-disk-0,size=8G\n",
                      true)
                  .guest(Kind.QEMU, 301, "pve-02", FOUND_VM, random.nextBoolean())
                  .guest(Kind.LXC, 302, "pve-02", FOUND_CONTAINER, random.nextBoolean())
                  .build(),
              state);
      for (String pool : List.of("a", "b")) {
        manager.proxmox.call(ApiCall.post("/pools").with("poolid", pool));
      }
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        add();
      }
      if (random.nextInt(3) == 0) {
        adopt(GuestType.QEMU, 301);
      }
      if (random.nextInt(3) == 0) {
        adopt(GuestType.LXC, 302);
      }
      defaults = random.nextInt(3) == 0 ? any(DEFAULTS) : "";
    }

    private String any(List<String> of) {
      return of.get(random.nextInt(of.size()));
    }

    private void adopt(GuestType type, int vmid) {
      var guest = new RandomGuest(type, vmid, random, values);
      guest.adopt();
      guests.add(guest);
    }

    private void add() {
      int vmid = 200 + guests.size();
      GuestType type = random.nextBoolean() ? GuestType.QEMU : GuestType.LXC;
      var guest = new RandomGuest(type, vmid, random, values);
      List<RandomGuest> sources =
          guests.stream().filter(one -> one.type == type && one.template()).toList();
      if (!sources.isEmpty() && random.nextBoolean()) {
        RandomGuest source = sources.get(random.nextInt(sources.size()));
        guest.copyOf(source, source.linkable() && random.nextBoolean());
      } else {
        guest.fromFile();
      }
      guests.add(guest);
    }

    private String manifest() {
      String all =
          guests.stream()
              .map(RandomGuest::json)
              .map(JsonText::write)
              .collect(Collectors.joining(",\n", "[", "]"));
      return defaults.isEmpty()
          ? all
          : "{\"defaults\": " + defaults + ",\n\"guests\": " + all + "}";
    }

    void run() throws InterruptedException {
      converge();
      for (int round = 1 + random.nextInt(3); round > 0; round--) {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          guests.get(random.nextInt(guests.size())).change();
        }
        if (random.nextInt(3) == 0) {
          guests.get(random.nextInt(guests.size())).power();
        }
        if (random.nextInt(4) == 0) {
          add();
        }
        if (random.nextInt(2) == 0) {
          drift(guests.get(random.nextInt(guests.size())));
        }
        converge();
      }
    }

    /** Somebody else changes something in Proxmox. */
    private void drift(RandomGuest guest) {
      Json.Obj resource =
          manager.proxmox.call(ApiCall.get("/cluster/resources")).objects().stream()
              .filter(one -> one.integer("vmid", 0) == guest.vmid)
              .findFirst()
              .orElse(null);
      if (resource == null) {
        return;
      }
      String path = path(resource);
      boolean running = "running".equals(resource.text("status"));
      switch (random.nextInt(5)) {
        case 0 -> change(path, "memory", String.valueOf(256 + 128 * random.nextInt(8)));
        case 1 -> change(path, "onboot", String.valueOf(random.nextInt(2)));
        case 2 -> change(path, "description", "by hand\nin two lines");
        case 3 ->
            change(path, "delete", guest.type == GuestType.QEMU ? "net1,tags" : "net1,tags,mp0");
        default -> {
          if (!guest.template()) {
            task(ApiCall.post(path + "/status/" + (running ? "stop" : "start")));
          }
        }
      }
    }

    private void change(String path, String key, String value) {
      manager.proxmox.call(ApiCall.put(path + "/config").with(key, value));
    }

    private void task(ApiCall call) {
      manager.proxmox.cluster().await(String.valueOf(manager.proxmox.call(call).asText()));
      manager.proxmox.sleep(Duration.ofSeconds(20));
    }

    private void converge() throws InterruptedException {
      String manifest = manifest();
      Planned planned = manager.plan(manifest);
      Plan plan = planned.plan();
      if (staysOnItsNode(plan)) {
        converge();
        return;
      }
      assertThat(plan.obstacles()).as(manifest).isEmpty();
      assertThat(manager.plan(manifest).plan().id()).isEqualTo(plan.id());
      assertThat(planned.reviewed().verdicts().stream().filter(Verdict::isBlocked).toList())
          .as(manifest)
          .isEmpty();
      onlyWhatIsAllowed(plan);
      Map<Integer, Map<String, String>> before = configs();
      RunResult result = manager.run(planned);
      assertThat(result.succeeded())
          .as("%s\n%s", result.steps().stream().filter(step -> !step.done()).toList(), manifest)
          .isTrue();
      effectsAreAsForetold(plan, before, manifest);
      Plan again = manager.plan(manifest).plan();
      assertThat(again.steps())
          .as("%s after %s\n%s", again.changes(), plan.changes(), manifest)
          .isEmpty();
      assertThat(again.obstacles()).as(manifest).isEmpty();
      assertThat(again.unknown()).as(manifest).isEmpty();
    }

    /** What can't be moved is no longer pinned elsewhere. */
    private boolean staysOnItsNode(Plan plan) {
      List<Integer> immobile =
          plan.obstacles().stream()
              .filter(one -> one.message().contains(" can't be moved to "))
              .map(Obstacle::vmid)
              .toList();
      guests.stream().filter(one -> immobile.contains(one.vmid)).forEach(RandomGuest::anywhere);
      return !immobile.isEmpty();
    }

    private void onlyWhatIsAllowed(Plan plan) {
      for (Step step : plan.steps()) {
        RandomGuest guest =
            guests.stream()
                .filter(one -> one.vmid == step.vmid())
                .findFirst()
                .orElseThrow(() -> new AssertionError("a step on a guest not declared: " + step));
        switch (step.operation()) {
          case Operation.Shutdown _, Operation.Stop _ ->
              assertThat(guest.mayStop()).as(step.id()).isTrue();
          case Operation.Reboot _ -> assertThat(guest.mayRestart()).as(step.id()).isTrue();
          case Operation.Destroy _ -> assertThat(guest.absent()).as(step.id()).isTrue();
          default -> {}
        }
      }
    }

    private Map<Integer, Map<String, String>> configs() {
      var configs = new TreeMap<Integer, Map<String, String>>();
      for (Json.Obj resource : manager.proxmox.call(ApiCall.get("/cluster/resources")).objects()) {
        Long vmid = resource.integer("vmid");
        if (vmid != null) {
          configs.put(vmid.intValue(), config(path(resource)));
        }
      }
      return configs;
    }

    private static String path(Json.Obj resource) {
      return "/nodes/" + resource.text("node") + "/" + resource.text("id");
    }

    private Map<String, String> config(String path) {
      var config = new TreeMap<String, String>();
      for (Json.Obj entry : manager.proxmox.call(ApiCall.get(path + "/pending")).objects()) {
        String key = entry.text("key", "");
        config.put(key, entry.text("value", ""));
        if (entry.has("pending") || entry.has("delete")) {
          config.put(key + WAITS, entry.text("pending", "(none)"));
        }
      }
      return config;
    }

    private void effectsAreAsForetold(
        Plan plan, Map<Integer, Map<String, String>> before, String manifest) {
      Map<Integer, Map<String, String>> after = configs();
      assertThat(after.get(FOREIGN)).isEqualTo(before.get(FOREIGN));
      for (Change change : plan.changes()) {
        Map<String, String> was = before.get(change.vmid());
        Map<String, String> is = after.get(change.vmid());
        if (was != null && is != null) {
          assertThat(pending(is))
              .as("what waits after %s\n%s", change, manifest)
              .containsAll(foretoldToWait(change))
              .noneMatch(foretoldToHold(change)::contains);
          othersAreUntouched(change, was, is, manifest);
        }
      }
      manager.proxmox.sleep(Duration.ofSeconds(20));
    }

    private static Set<String> pending(Map<String, String> config) {
      return config.keySet().stream()
          .filter(key -> key.endsWith(WAITS))
          .map(key -> key.substring(0, key.length() - 1))
          .collect(Collectors.toSet());
    }

    /** Proxmox knows nothing of a container, or its volume, that is not moved while it runs. */
    private static Set<String> foretoldToWait(Change change) {
      return change.fields().stream()
          .filter(field -> field.effect() == Effect.PENDING && !field.path().endsWith(".storage"))
          .filter(field -> !field.path().equals("node"))
          .map(Case::key)
          .collect(Collectors.toSet());
    }

    private static Set<String> foretoldToHold(Change change) {
      Set<String> keys = change.fields().stream().map(Case::key).collect(Collectors.toSet());
      keys.removeAll(foretoldToWait(change));
      return keys;
    }

    private static String key(FieldChange field) {
      int dot = field.path().indexOf('.');
      return dot < 0 ? field.path() : field.path().substring(0, dot);
    }

    private static void othersAreUntouched(
        Change change, Map<String, String> was, Map<String, String> is, String manifest) {
      Set<String> named = change.fields().stream().map(Case::key).collect(Collectors.toSet());
      if (change.notes().stream().anyMatch(note -> note.contains("boot order"))) {
        named.add("boot");
      }
      Set<String> keys = new TreeSet<>(was.keySet());
      keys.addAll(is.keySet());
      for (String key : keys) {
        String name = key.replace(WAITS, "");
        if (!named.contains(name)
            && !was.containsKey(name + WAITS)
            && !name.startsWith("unused")
            && !BY_ITSELF.contains(name)) {
          assertThat(is.get(key))
              .as("%s after %s\n%s", key, change, manifest)
              .isEqualTo(was.get(key));
        }
      }
    }
  }
}
