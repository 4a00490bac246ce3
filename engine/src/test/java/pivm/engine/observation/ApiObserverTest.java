package pivm.engine.observation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Storage;
import pivm.engine.inventory.Unknown;
import pivm.engine.testing.FakeProxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.config.GuestConfig;

/** Reads from prepared answers in the shapes that Proxmox VE 9.2 gives. */
final class ApiObserverTest {

  private static final String NODES =
      """
      {"type":"node","id":"node/pve-a","node":"pve-a","status":"online","maxcpu":8,"cpu":0.05,\
      "maxmem":68719476736,"mem":17179869184,"uptime":3691,"level":""},
      {"type":"node","id":"node/pve-b","node":"pve-b","status":"offline","maxcpu":8,\
      "maxmem":68719476736,"level":""}\
      """;

  static String guest(String type, int vmid, String node, String more) {
    return "{\"type\":\"%s\",\"id\":\"%s/%d\",\"vmid\":%d,\"node\":\"%s\"%s}"
        .formatted(type, type, vmid, vmid, node, more);
  }

  static final String RUNNING =
      ",\"status\":\"running\",\"name\":\"web\",\"maxmem\":805306368,\"mem\":1000,\"uptime\":60,"
          + "\"template\":0,\"pool\":\"p1\",\"tags\":\"b;a\"";

  static FakeProxmox cluster(String... guests) {
    return new FakeProxmox()
        .answering("/version", "{\"version\":\"9.2.11\",\"release\":\"9.2\"}")
        .answering(
            "/cluster/status",
            """
            [{"type":"cluster","id":"cluster","name":"lab","quorate":1,"nodes":2,"version":2},
             {"type":"node","name":"pve-a","online":1,"local":1},
             {"type":"node","name":"pve-b","online":0,"local":0}]\
            """)
        .answering("/cluster/resources", resources(guests))
        .answering("/cluster/resources?type=vm", "[" + String.join(",", guests) + "]")
        .answering("/access/permissions", "{\"/\":{\"VM.Audit\":1,\"Sys.Audit\":1}}")
        .answering("/cluster/options", "{\"mac_prefix\":\"BC:24:11\"}")
        .answering(
            "/storage",
            """
            [{"storage":"local","type":"dir","content":"images,iso","path":"/var/lib/vz"},
             {"storage":"nfs1","type":"nfs","content":"backup","nodes":"pve-b","disable":1}]\
            """)
        .answering("/cluster/ha/resources", "[]")
        .answering("/cluster/ha/rules", "[]")
        .answering("/cluster/replication", "[]")
        .answering("/cluster/backup", "[]")
        .answering("/cluster/tasks", "[]");
  }

  private static String resources(String... guests) {
    return "["
        + NODES
        + ",{\"type\":\"pool\",\"id\":\"/pool/p1\",\"pool\":\"p1\"}"
        + ",{\"type\":\"storage\",\"id\":\"storage/pve-a/local\",\"storage\":\"local\","
        + "\"node\":\"pve-a\",\"status\":\"available\",\"plugintype\":\"dir\",\"shared\":0,"
        + "\"content\":\"images,iso,rootdir\",\"maxdisk\":1000,\"disk\":400}"
        + (guests.length == 0 ? "" : "," + String.join(",", guests))
        + "]";
  }

  static Inventory observe(FakeProxmox proxmox, Integer... managed) {
    return Observer.over(proxmox).observe(ObservationRequest.of(set(managed)));
  }

  static SortedSet<Integer> set(Integer... values) {
    return new TreeSet<>(List.of(values));
  }

  static SortedSet<String> set(String... values) {
    return new TreeSet<>(List.of(values));
  }

  static ObservedGuest guest(Inventory inventory, int vmid) {
    ObservedGuest guest = inventory.guest(vmid);
    return requireNonNull(guest, "guest " + vmid);
  }

  @Test
  void oneLookShowsEveryGuestAndReadsOnlyTheManagedConfig() {
    FakeProxmox proxmox =
        cluster(guest("qemu", 101, "pve-a", RUNNING), guest("lxc", 200, "pve-a", RUNNING))
            .answering(
                "/nodes/pve-a/qemu/101/pending",
                """
                [{"key":"name","value":"db"},{"key":"memory","value":"1024","pending":"2048"},
                 {"key":"ostype","value":"l26","delete":1},{"key":"vga","pending":"std"},
                 {"key":"digest","value":"e02e"},{"key":"onboot","value":1},
                 {"key":"tags","value":"x"}]\
                """);

    Inventory inventory = observe(proxmox, 101);

    assertThat(inventory.cluster().name()).isEqualTo("lab");
    assertThat(inventory.cluster().version()).isEqualTo("9.2.11");
    assertThat(inventory.cluster().quorate()).isTrue();
    assertThat(inventory.cluster().pools()).containsExactly("p1");
    ObservedGuest managed = guest(inventory, 101);
    assertThat(managed.name()).isEqualTo("db");
    assertThat(managed.maxMemory()).isEqualTo(1024L << 20);
    assertThat(managed.tags()).containsExactly("x");
    assertThat(managed.pool()).isEqualTo("p1");
    assertThat(managed.power()).isEqualTo(PowerState.RUNNING);
    GuestConfig config = requireNonNull(managed.config());
    assertThat(config.digest()).isEqualTo("e02e");
    assertThat(config.values())
        .containsOnlyKeys("name", "memory", "ostype", "onboot", "tags")
        .containsEntry("onboot", "1");
    assertThat(config.next("memory")).isEqualTo("2048");
    assertThat(config.next("ostype")).isNull();
    assertThat(config.next("vga")).isEqualTo("std");
    ObservedGuest foreign = guest(inventory, 200);
    assertThat(foreign.config()).isNull();
    assertThat(foreign.maxMemory()).isEqualTo(805306368L);
    assertThat(proxmox.asked()).hasSize(Question.values().length + 1);
  }

  @Test
  void aGuestThatMovedIsReadAtItsNewPlace() {
    FakeProxmox proxmox =
        cluster(guest("lxc", 200, "pve-b2", RUNNING))
            .answering(
                "/cluster/resources?type=vm", "[" + guest("lxc", 200, "pve-a", RUNNING) + "]")
            .answering("/nodes/pve-a/lxc/200/pending", "[{\"key\":\"hostname\",\"value\":\"ct\"}]");

    ObservedGuest moved = guest(observe(proxmox, 200), 200);

    assertThat(moved.node()).isEqualTo("pve-a");
    assertThat(moved.name()).isEqualTo("ct");
  }

  @Test
  void aGuestThatWasDestroyedMeanwhileIsNotThere() {
    FakeProxmox proxmox =
        cluster(guest("lxc", 200, "pve-a", RUNNING)).answering("/cluster/resources?type=vm", "[]");

    Inventory inventory = observe(proxmox, 200);

    assertThat(inventory.guest(200)).isNull();
    assertThat(inventory.unknown()).noneMatch(unknown -> unknown.subject().contains("200"));
  }

  @Test
  void guestsOfAnOfflineNodeAreUnknownNotMissing() {
    FakeProxmox proxmox =
        cluster(guest("qemu", 101, "pve-a", RUNNING), guest("qemu", 102, "pve-b", RUNNING))
            .answering("/nodes/pve-a/qemu/101/pending", "[]");

    Inventory inventory = observe(proxmox, 101, 102);

    assertThat(inventory.online("pve-b")).isFalse();
    assertThat(guest(inventory, 102).power()).isEqualTo(PowerState.UNKNOWN);
    assertThat(guest(inventory, 102).config()).isNull();
    assertThat(guest(inventory, 101).config()).isNotNull();
    assertThat(inventory.unknown())
        .contains(
            new Unknown("node pve-b", "offline; 1 guest can't be seen"),
            new Unknown("vm 102 web", "pve-b is offline"));
    assertThat(proxmox.asked()).noneMatch(path -> path.startsWith("/nodes/pve-b"));
  }

  @Test
  void aNodeThatDoesNotAnswerIsNotAskedForEachOfItsGuests() {
    var asked = new AtomicInteger();
    String[] guests = new String[50];
    for (int i = 0; i < guests.length; i++) {
      guests[i] = guest("qemu", 300 + i, "pve-a", RUNNING);
    }
    FakeProxmox proxmox = cluster(guests);
    for (int i = 0; i < guests.length; i++) {
      proxmox.answering(
          "/nodes/pve-a/qemu/" + (300 + i) + "/pending",
          call -> {
            asked.incrementAndGet();
            throw new ProxmoxException.NodeUnreachable(call, "No route to host", false);
          });
    }

    Inventory inventory = Observer.over(proxmox).observe(ObservationRequest.everything());

    assertThat(inventory.guests()).hasSize(50);
    assertThat(inventory.guests().values()).allMatch(g -> g.power() == PowerState.UNKNOWN);
    assertThat(inventory.unknown().stream().filter(u -> u.subject().startsWith("vm "))).hasSize(50);
    assertThat(asked.get()).isLessThan(2 + Parallel.QUICK);
  }

  @Test
  void whatTheTokenMayNotSeeIsUnknown() {
    FakeProxmox proxmox =
        cluster(guest("qemu", 101, "pve-a", RUNNING))
            .answering(
                "/cluster/status",
                call -> {
                  throw FakeProxmox.forbidden(call, "/, Sys.Audit");
                })
            .answering(
                "/nodes/pve-a/qemu/101/pending",
                call -> {
                  throw FakeProxmox.forbidden(call, "/vms/101, VM.Audit");
                });

    Inventory inventory = observe(proxmox, 101);

    assertThat(inventory.cluster().quorate()).isNull();
    assertThat(inventory.online("pve-a")).isTrue();
    assertThat(inventory.online("pve-b")).isFalse();
    assertThat(inventory.unknown())
        .contains(
            new Unknown("cluster status and quorum", "Permission check failed (/, Sys.Audit)"),
            new Unknown("vm 101 web", "Permission check failed (/vms/101, VM.Audit)"));
  }

  @Test
  void aTokenThatIsNotLetInEndsTheLook() {
    FakeProxmox proxmox =
        cluster()
            .answering(
                "/storage",
                call -> {
                  throw new ProxmoxException.Unauthenticated(call, "Authentication failed!");
                });

    assertThatThrownBy(() -> observe(proxmox)).isInstanceOf(ProxmoxException.Unauthenticated.class);
  }

  @Test
  void aGuestJustCreatedIsAskedForItsPower() {
    FakeProxmox proxmox =
        cluster(guest("lxc", 200, "pve-a", ",\"status\":\"unknown\""))
            .answering("/nodes/pve-a/lxc/200/pending", "[{\"key\":\"hostname\",\"value\":\"ct\"}]")
            .answering(
                "/nodes/pve-a/lxc/200/status/current",
                "{\"status\":\"running\",\"mem\":5,\"uptime\":3,\"ha\":{\"managed\":0}}");

    ObservedGuest guest = guest(observe(proxmox, 200), 200);

    assertThat(guest.power()).isEqualTo(PowerState.RUNNING);
    assertThat(guest.uptime()).isEqualTo(3);
    assertThat(guest.name()).isEqualTo("ct");
  }

  @Test
  void aPausedVmRunsAndAHibernatedOneDoesNot() {
    Inventory inventory =
        observe(
            cluster(
                guest("qemu", 101, "pve-a", ",\"status\":\"paused\""),
                guest("qemu", 102, "pve-a", ",\"status\":\"stopped\",\"lock\":\"suspended\"")));

    assertThat(guest(inventory, 101).power()).isEqualTo(PowerState.RUNNING);
    assertThat(guest(inventory, 102).power()).isEqualTo(PowerState.SUSPENDED);
  }

  @Test
  void jobsClaimTheIdsOfGuestsThatAreGone() {
    FakeProxmox proxmox =
        cluster(guest("qemu", 101, "pve-a", RUNNING))
            .answering("/cluster/replication", "[{\"id\":\"150-0\",\"guest\":150}]")
            .answering("/cluster/backup", "[{\"id\":\"job1\",\"vmid\":\"101,150,151\"}]")
            .answering(
                "/cluster/ha/resources",
                """
                [{"sid":"vm:101","type":"vm","state":"stopped","max_restart":2,"digest":"ef"},
                 {"sid":"ct:152","type":"ct"}]\
                """)
            .answering(
                "/cluster/ha/rules",
                """
                [{"rule":"apart","type":"resource-affinity","resources":"ct:152,vm:101"}]\
                """);

    Inventory inventory = observe(proxmox);

    assertThat(inventory.cluster().claims())
        .containsExactly(
            Map.entry(150, "replication job 150-0, backup job job1"),
            Map.entry(151, "backup job job1"),
            Map.entry(152, "HA resource ct:152"));
    var ha = requireNonNull(guest(inventory, 101).ha());
    assertThat(ha.state()).isEqualTo("stopped");
    assertThat(ha.maxRestart()).isEqualTo(2);
    assertThat(ha.failback()).isNull();
    assertThat(inventory.cluster().haRules().get("vm:101")).containsExactly("apart");
    assertThat(inventory.cluster().haRuleTypes()).containsEntry("apart", "resource-affinity");
  }

  @Test
  void storagesAreKnownByDefinitionAndByWhatNodesSay() {
    Inventory inventory = observe(cluster());

    Storage local = requireNonNull(inventory.storage("local"));
    assertThat(local.content()).containsExactly("images", "iso", "rootdir");
    assertThat(local.use()).containsEntry("pve-a", new Storage.Use(true, 1000L, 600L));
    Storage nfs = requireNonNull(inventory.storage("nfs1"));
    assertThat(nfs.enabled()).isFalse();
    assertThat(nfs.nodes()).containsExactly("pve-b");
  }

  @Test
  void aPrivilegeThatDoesNotPropagateEndsAtItsPath() {
    FakeProxmox proxmox =
        cluster()
            .answering(
                "/access/permissions",
                """
                {"/":{"Sys.Audit":1},"/vms":{"VM.Audit":0,"VM.Backup":1},
                 "/vms/101":{"VM.Audit":1,"VM.PowerMgmt":1}}\
                """);

    var rights = observe(proxmox).rights();

    assertThat(rights.has("/vms", "VM.Audit")).isTrue();
    assertThat(rights.has("/vms/100", "VM.Audit")).isFalse();
    assertThat(rights.has("/vms/100", "VM.Backup")).isTrue();
    assertThat(rights.has("/vms/101", "VM.Backup")).isFalse();
    assertThat(rights.has("/nodes/pve-a", "Sys.Audit")).isTrue();
  }

  @Test
  void importReadsTheRawLinesOfContainersToo() {
    FakeProxmox proxmox =
        cluster(guest("lxc", 200, "pve-a", RUNNING))
            .answering("/nodes/pve-a/lxc/200/pending", "[{\"key\":\"hostname\",\"value\":\"ct\"}]")
            .answering(
                "/nodes/pve-a/lxc/200/config",
                """
                {"hostname":"ct","lxc":[["lxc.cap.drop","sys_time"],["lxc.apparmor.profile","x"]]}\
                """);

    Inventory inventory = Observer.over(proxmox).observe(ObservationRequest.everything());

    GuestConfig config = requireNonNull(guest(inventory, 200).config());
    assertThat(config.value("lxc")).isEqualTo("lxc.cap.drop: sys_time\nlxc.apparmor.profile: x\n");
  }

  @Test
  void aSingleGuestIsReadAfreshWithItsHaState() {
    FakeProxmox proxmox =
        cluster(guest("qemu", 101, "pve-a", RUNNING))
            .answering(
                "/nodes/pve-a/qemu/101/pending",
                "[{\"key\":\"digest\",\"value\":\"d1\"},{\"key\":\"lock\",\"value\":\"backup\"}]")
            .answering(
                "/nodes/pve-a/qemu/101/status/current",
                "{\"status\":\"stopped\",\"ha\":{\"managed\":1,\"state\":\"started\"}}")
            .answering(
                "/cluster/ha/resources/vm:101", "{\"sid\":\"vm:101\",\"state\":\"started\"}");

    Observer observer = Observer.over(proxmox);
    ObservedGuest guest = requireNonNull(observer.guest(101));
    assertThat(guest.power()).isEqualTo(PowerState.STOPPED);
    assertThat(guest.lock()).isEqualTo("backup");
    assertThat(guest.ha()).isNotNull();
    assertThat(observer.guest(999)).isNull();
    assertThat(observer.locate(101))
        .isEqualTo(new Location(pivm.proxmox.GuestType.QEMU, 101, "pve-a"));
  }
}
