package pivm.engine.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Rights;
import pivm.engine.inventory.Storage;
import pivm.engine.rails.Preflight;
import pivm.engine.rails.PreflightText;
import pivm.engine.testing.FakeProxmox;
import pivm.proxmox.GuestType;
import pivm.proxmox.Time;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.JsonText;

class PreflightReaderTest {
  private static final Instant NOW = Instant.parse("2026-01-17T12:00:00Z");

  private static final class Clock implements Time {
    private Instant now = NOW;

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void sleep(Duration duration) {
      now = now.plus(duration);
    }
  }

  private static final String LISTING =
      """
      == systemd
      cron.service    loaded active running Regular background program processing daemon
      nginx.service   loaded active running A high performance web server
      == tcp
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
         0: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
         1: 0100007F:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
         2: 0A00000A:01BB 0B00000A:D431 01 00000000:00000000 00:00000000 00000000     0
      == udp
         0: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0
      == end
      """;

  private static ObservedGuest guest(GuestType type) {
    var values = new TreeMap<String, String>();
    values.put(type == GuestType.LXC ? "rootfs" : "scsi0", "zfs:disk-0,size=8G");
    if (type == GuestType.QEMU) {
      values.put("meta", "creation-qemu=10.0.2,ctime=1768640000");
    }
    values.put("unused0", "zfs:disk-1");
    values.put("protection", "1");
    return new ObservedGuest(
        type,
        210,
        "web",
        "pve-01",
        PowerState.RUNNING,
        false,
        null,
        1 << 30,
        0,
        100,
        null,
        new TreeSet<>(),
        null,
        new GuestConfig(type, values, new TreeMap<>(), null),
        null);
  }

  private static Inventory inventory() {
    var storages = new TreeMap<String, Storage>();
    var content = new TreeSet<String>();
    content.add("backup");
    storages.put(
        "local",
        new Storage(
            "local",
            "dir",
            content,
            false,
            true,
            new TreeSet<>(),
            new TreeMap<>(),
            new TreeMap<>()));
    return new Inventory(
        new Cluster(null, "9.2", true, new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), false),
        new TreeMap<>(),
        new TreeMap<>(),
        storages,
        Rights.all(),
        List.of());
  }

  private static FakeProxmox container() {
    return new FakeProxmox()
        .answering(
            "/nodes/pve-01/lxc/210/status/current",
            "{\"status\":\"running\",\"uptime\":7300,\"cpu\":0.03,\"mem\":104857600,"
                + "\"maxmem\":1073741824}")
        .answering(
            "/nodes/pve-01/lxc/210/interfaces",
            "[{\"name\":\"lo\",\"ip-addresses\":[{\"ip-address\":\"127.0.0.1\"}]},"
                + "{\"name\":\"eth0\",\"ip-addresses\":[{\"ip-address\":\"10.20.0.10\"},"
                + "{\"ip-address\":\"fe80::1\"}]}]")
        .answering("/nodes/pve-01/lxc/210/snapshot", "[{\"name\":\"mine\"},{\"name\":\"current\"}]")
        .answering(
            "/nodes/pve-01/storage/local/content?content=backup&vmid=210",
            "[{\"volid\":\"local:backup/old\",\"ctime\":1},"
                + "{\"volid\":\"local:backup/new\",\"ctime\":1768640400}]")
        .answering(
            "/cluster/replication", "[{\"id\":\"210-0\",\"guest\":210,\"target\":\"pve-02\"}]")
        .answering("/cluster/backup", "[{\"id\":\"nightly\",\"vmid\":\"100,210\"}]")
        .answering(
            "/access/acl",
            "[{\"path\":\"/vms/210\",\"ugid\":\"eva@pve\",\"roleid\":\"PVEVMUser\"},{\"path\":\"/\"}]")
        .answering(
            "/nodes/pve-01/lxc/210/firewall/rules",
            "[{\"pos\":0,\"type\":\"in\",\"action\":\"ACCEPT\"}]");
  }

  private static Preflight read(FakeProxmox proxmox, ContainerShell shell, GuestType type)
      throws InterruptedException {
    return new PreflightReader(proxmox, shell, new Clock()).read(guest(type), inventory());
  }

  @Test
  void allThatAPersonHasToKnowIsShown() throws Exception {
    Preflight check = read(container(), (_, _, _) -> LISTING, GuestType.LXC);
    assertThat(PreflightText.lines(check, NOW))
        .containsExactly(
            "Pre-flight check of lxc 210 web on pve-01",
            "  state       running",
            "  uptime      2 h",
            "  load        CPU 3 %, memory 100 MiB of 1024 MiB",
            "  addresses   10.20.0.10",
            "  services    cron, nginx",
            "  ports       udp/53, tcp/443",
            "  disk        rootfs zfs:disk-0 (8 GiB)",
            "  disk        unused0 zfs:disk-1 (size unknown)",
            "  snapshots   mine",
            "  backup      local:backup/new, 3 h old; no longer known is when this guest was made, so"
                + " that it may be of an earlier 210",
            "  HA          not managed",
            "  protection  on",
            "  replication 210-0 to pve-02",
            "  needed by   nothing",
            "  goes too    its place in the backup job nightly, the replication job 210-0, the access"
                + " rule of eva@pve (PVEVMUser), the firewall rule 0 (in ACCEPT)");
    assertThat(check.complete()).isTrue();
  }

  @Test
  void theUptimeIsThatOfItsReadingHoweverLongTheGuestTakesToAnswer() throws Exception {
    var clock = new Clock();
    ContainerShell slow =
        (_, _, _) -> {
          clock.sleep(Duration.ofSeconds(30));
          return LISTING;
        };

    Preflight check =
        new PreflightReader(container(), slow, clock).read(guest(GuestType.LXC), inventory());

    assertThat(check.at()).isEqualTo(NOW);
    assertThat(clock.now()).isAfter(NOW);
  }

  @Test
  void aBackupOfAVmThatHadTheSameIdIsNoneOfTheContainer() throws Exception {
    FakeProxmox proxmox =
        container()
            .answering(
                "/nodes/pve-01/storage/local/content?content=backup&vmid=210",
                "[{\"volid\":\"local:backup/ct\",\"ctime\":1,\"subtype\":\"lxc\"},"
                    + "{\"volid\":\"local:backup/odd\",\"ctime\":2,\"subtype\":\"unknown\"},"
                    + "{\"volid\":\"local:backup/vm\",\"ctime\":3,\"subtype\":\"qemu\"}]");

    Preflight check = read(proxmox, (_, _, _) -> LISTING, GuestType.LXC);

    assertThat(check.backup())
        .isEqualTo(
            Preflight.Reading.of(
                List.of(
                    new Preflight.Backup("local:backup/odd", Instant.ofEpochSecond(2), false),
                    new Preflight.Backup("local:backup/ct", Instant.ofEpochSecond(1), false))));
  }

  private static FakeProxmox with(FakeProxmox proxmox, String task, long... starts) {
    var rows = new ArrayList<String>();
    for (long start : starts) {
      rows.add("{\"starttime\":" + start + ",\"status\":\"OK\"}");
    }
    return proxmox.answering(
        "/nodes/pve-01/tasks?limit=10&source=all&typefilter=" + task + "&vmid=210",
        "[" + String.join(",", rows) + "]");
  }

  private static List<String> backups(FakeProxmox proxmox, GuestType type) throws Exception {
    return switch (read(proxmox, (_, _, _) -> LISTING, type).backup()) {
      case Preflight.Reading.Known(var all) -> {
        assertThat(all).allMatch(Preflight.Backup::certain);
        yield all.stream().map(Preflight.Backup::volume).toList();
      }
      case Preflight.Reading.Unreadable(var reason) -> List.of(reason);
    };
  }

  @Test
  void aBackupThatIsOlderThanTheContainerIsOfAnEarlierOne() throws Exception {
    FakeProxmox made = with(container(), "vzcreate", 100, 1768640000);
    assertThat(backups(made, GuestType.LXC)).containsExactly("local:backup/new");
    assertThat(backups(with(made, "vzclone", 1768650000), GuestType.LXC)).isEmpty();
  }

  @Test
  void theBackupsOfARestoredContainerStayItsOwn() throws Exception {
    FakeProxmox restored = with(with(container(), "vzcreate", 1768640000), "vzrestore", 1768650000);

    assertThat(read(restored, (_, _, _) -> LISTING, GuestType.LXC).backup())
        .isEqualTo(
            Preflight.Reading.of(
                List.of(
                    new Preflight.Backup(
                        "local:backup/new", Instant.ofEpochSecond(1768640400), false),
                    new Preflight.Backup("local:backup/old", Instant.ofEpochSecond(1), false))));
  }

  @Test
  void aVmsConfigurationSaysHowOldItIs() throws Exception {
    assertThat(backups(container(), GuestType.QEMU)).containsExactly("local:backup/new");
  }

  @Test
  void whatCannotBeReadIsSaid() throws Exception {
    Preflight check = read(new FakeProxmox(), ContainerShell.none(), GuestType.LXC);
    assertThat(String.join("\n", PreflightText.lines(check, NOW)))
        .contains("services of lxc 210 web can't be read: no shell on pve-01")
        .contains("addresses of lxc 210 web can't be read: ")
        .contains("snapshots of lxc 210 web can't be read: ")
        .contains("backups can't be read on local (")
        .contains("replication can't be read: ")
        .contains("access rules, which can't be read (");
    assertThat(check.complete()).isFalse();
    assertThat(JsonText.write(PreflightText.json(check)))
        .contains("{\"unreadable\":\"services of lxc 210 web can't be read: no shell on pve-01\"}");
  }

  @Test
  void aVmIsAskedThroughItsAgent() throws Exception {
    var proxmox =
        new FakeProxmox()
            .answering("/nodes/pve-01/qemu/210/status/current", "{\"status\":\"running\"}")
            .answering(
                "/nodes/pve-01/qemu/210/agent/network-get-interfaces",
                "{\"result\":[{\"name\":\"eth0\",\"ip-addresses\":[{\"ip-address\":\"10.0.0.9\"}]}]}")
            .answering(
                "/nodes/pve-01/qemu/210/agent/exec?command=/bin/sh&input-data="
                    + ServiceListing.SCRIPT,
                "{\"pid\":77}")
            .answering(
                "/nodes/pve-01/qemu/210/agent/exec-status?pid=77",
                "{\"exited\":1,\"out-data\":" + quoted(LISTING) + "}");
    Preflight check = read(proxmox, ContainerShell.none(), GuestType.QEMU);
    assertThat(check.services()).isEqualTo(Preflight.Reading.of(List.of("cron", "nginx")));
    assertThat(check.addresses()).isEqualTo(Preflight.Reading.of(List.of("10.0.0.9")));
  }

  private static String quoted(String text) {
    return JsonText.write(pivm.proxmox.json.Json.of(text));
  }

  @Test
  void aStoppedGuestRunsNothing() throws Exception {
    var proxmox =
        new FakeProxmox()
            .answering("/nodes/pve-01/lxc/210/status/current", "{\"status\":\"stopped\"}");
    Preflight check = read(proxmox, ContainerShell.none(), GuestType.LXC);
    assertThat(check.complete()).isTrue();
    assertThat(PreflightText.lines(check, NOW)).contains("  uptime      does not run");
  }

  @Test
  void otherInitSystemsAreKnownToo() {
    ServiceListing openrc =
        ServiceListing.parse(
            "== openrc\nRunlevel: default\n sshd   [  started  ]\n chronyd [  stopped  ]\n== end\n");
    assertThat(openrc).isEqualTo(new ServiceListing(List.of("sshd"), List.of()));
    assertThat(ServiceListing.parse("== s6\nnginx\n== end\n"))
        .isEqualTo(new ServiceListing(List.of("nginx"), List.of()));
    assertThat(ServiceListing.parse("== none\n== end\n"))
        .isEqualTo(new ServiceListing(null, List.of()));
    assertThat(ServiceListing.parse("== systemd\nnginx.service")).isNull();
  }
}
