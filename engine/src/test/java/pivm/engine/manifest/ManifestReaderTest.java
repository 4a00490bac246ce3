package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.proxmox.GuestType;

class ManifestReaderTest {
  private static final String KEY = "ssh-ed25519 AAAA+/= a@b";

  @Test
  void aContainerIsRead() {
    DesiredGuest guest =
        one(
            """
            [{
              "type": "lxc", "vmid": 210, "hostname": "proxy-01",
              "template": "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
              "memory": 1024, "swap": 256, "cores": 2, "storage": "local-lvm:12",
              "net0": "name=eth0,bridge=vmbr0,ip=10.20.0.10/24,gw=10.20.0.1,tag=20",
              "state": "running", "options": { "onboot": 1, "features": "nesting=1" }
            }]
            """);
    assertThat(guest.place()).isEqualTo(new Place("guests.json", 1, 2));
    assertThat(guest.subject()).isEqualTo("lxc 210 proxy-01");
    assertThat(guest.origin())
        .isEqualTo(
            new Origin.ContainerTemplate("local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"));
    assertThat(guest.power()).isEqualTo(DesiredGuest.Power.RUNNING);
    assertThat(guest.settings())
        .containsExactly(
            setting("cores", "2"),
            setting("features", "nesting=1"),
            setting("memory", "1024"),
            setting("net0", "name=eth0,bridge=vmbr0,ip=10.20.0.10/24,gw=10.20.0.1,tag=20"),
            setting("onboot", "1"),
            setting("rootfs", "local-lvm:12"),
            setting("swap", "256"));
  }

  @Test
  void cloudInitBecomesTheKeysOfProxmox() {
    DesiredGuest guest =
        one(
            """
            [{
              "type": "vm", "vmid": 310, "hostname": "worker-01", "template": 9000,
              "cloud_init": {
                "user": "ops", "sshkeys": ["%s", "%s"], "ipconfig1": "ip=dhcp",
                "nameserver": "1.1.1.1 9.9.9.9", "password": {"secret": "file:/run/pw"}
              }
            }]
            """
                .formatted(KEY, KEY));
    assertThat(guest.cloudInitDrive()).isTrue();
    assertThat(guest.origin()).isEqualTo(new Origin.Clone(9000, false));
    String encoded = "ssh-ed25519%20AAAA%2B%2F%3D%20a%40b";
    assertThat(guest.settings())
        .containsExactly(
            Map.entry(
                "cipassword",
                new Setting.Secret(new SecretReference(SecretReference.Source.FILE, "/run/pw"))),
            setting("ciuser", "ops"),
            setting("ipconfig1", "ip=dhcp"),
            setting("nameserver", "1.1.1.1 9.9.9.9"),
            setting("sshkeys", encoded + "%0A" + encoded));
  }

  @Test
  void loginsOfAContainerMatterAtCreationOnly() {
    DesiredGuest guest =
        one(
            container(
                """
                "ssh_keys": ["%s"], "password": {"secret": "env:PW"}
                """
                    .formatted(KEY)));
    assertThat(guest.creation())
        .containsExactly(
            Map.entry(
                "password",
                new Setting.Secret(new SecretReference(SecretReference.Source.ENV, "PW"))),
            setting("ssh-public-keys", KEY));
    assertThat(guest.settings()).isEmpty();
  }

  @Test
  void loginsOfAVmAreItsCloudInit() {
    DesiredGuest guest =
        one(vm("\"ssh_keys\": \"" + KEY + "\", \"password\": {\"secret\": \"env:PW\"}"));
    assertThat(guest.settings().keySet()).containsExactly("cipassword", "sshkeys");
    assertThat(guest.cloudInitDrive()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "onboot     | true                    | 1",
        "onboot     | \"no\"                  | 0",
        "agent      | true                    | 1",
        "cpulimit   | 1.50                    | 1.5",
        "balloon    | 1e3                     | 1000",
        "tags       | [\"Web\", \"app\", \"web\"] | app;web",
        "tags       | \"b, a\"                | a;b",
        "hotplug    | [\"disk\", \"network\"] | disk,network",
        "nameserver | [\"1.1.1.1\", \"9.9.9.9\"] | 1.1.1.1 9.9.9.9",
        "affinity   | [1, 2]                  | 1,2",
        "virtio1    | \"zfs:1024G,iothread=1\" | zfs:1024,iothread=1",
        "description | \"two\\nlines\"        | `two\nlines`",
      })
  void valuesAreSpelledAsProxmoxDoes(String key, String json, String text) {
    DesiredGuest guest = one(vm("\"options\": {\"" + key + "\": " + json + "}"));
    assertThat(guest.settings()).containsExactly(setting(key, text));
  }

  @Test
  void nullMeansMustNotBeSet() {
    DesiredGuest guest =
        one(
            vm(
                """
                "net1": null, "storage": null, "pool": null, "ha": null,
                "options": {"hookscript": null}
                """));
    assertThat(guest.settings())
        .containsOnlyKeys("hookscript", "net1", "scsi0")
        .allSatisfy((key, value) -> assertThat(value).isEqualTo(new Setting.Unset()));
    assertThat(guest.pool()).isEmpty();
    assertThat(guest.ha()).isEqualTo(HighAvailability.NONE);
  }

  @Test
  void whatIsNotDeclaredHasNoSetting() {
    DesiredGuest guest = one(vm("\"memory\": 512"));
    assertThat(guest.settings()).containsOnlyKeys("memory");
    assertThat(guest.pool()).isNull();
    assertThat(guest.ha()).isNull();
    assertThat(guest.power()).isEqualTo(DesiredGuest.Power.UNMANAGED);
    assertThat(guest.cloudInitDrive()).isFalse();
  }

  @Test
  void highAvailabilityIsRead() {
    DesiredGuest guest =
        one(
            vm(
                """
                "ha": {"state": "started", "failback": true, "max_restart": 2, "rules": ["r1"]},
                "node": "pve-01", "node_policy": "pin", "restart": "window",
                "snapshot": "unavailable-accepted"
                """));
    assertThat(guest.ha()).isEqualTo(new HighAvailability("started", true, 2, null, List.of("r1")));
    assertThat(guest.node()).isEqualTo("pve-01");
    assertThat(guest.pinned()).isTrue();
    assertThat(guest.restart()).isEqualTo(DesiredGuest.Restart.WINDOW);
    assertThat(guest.unsnapshottableAccepted()).isTrue();
  }

  @Test
  void defaultsFillWhatAnEntryLeavesOut() {
    var result =
        ManifestReader.read(
            "guests.json",
            """
            {
              "$schema": "x",
              "defaults": {
                "storage": "ceph", "memory": 2048, "sockets": 2, "net0": "virtio,bridge=vmbr0",
                "options": {"onboot": 1, "tags": "a", "agent": 1}
              },
              "guests": [
                {"type": "vm", "vmid": 100, "hostname": "a", "net0": null,
                 "options": {"tags": "b"}},
                {"type": "lxc", "vmid": 101, "hostname": "b", "template": 100,
                 "net0": "name=eth0", "memory": 1024}
              ]
            }
            """);
    assertThat(result.findings()).isEmpty();
    DesiredGuest vm = result.desired().guests().getFirst();
    assertThat(vm.defaultStorage()).isEqualTo("ceph");
    assertThat(vm.settings())
        .containsExactly(
            setting("agent", "1"),
            setting("memory", "2048"),
            Map.entry("net0", new Setting.Unset()),
            setting("onboot", "1"),
            setting("sockets", "2"),
            setting("tags", "b"));
    assertThat(result.desired().guests().getLast().settings())
        .containsExactly(
            setting("memory", "1024"),
            setting("net0", "name=eth0"),
            setting("onboot", "1"),
            setting("tags", "a"));
  }

  @Test
  void lenientFormsMeanTheSame() {
    DesiredGuest strict = one("[{\"type\":\"vm\",\"vmid\":100,\"hostname\":\"a\"}]");
    DesiredGuest lenient =
        one(
            """
            // guests
            [{"//": "one", "type":"vm", /* id */ "vmid":"100",
              "//": "two", "hostname":"a",},]
            """);
    assertThat(lenient.settings()).isEqualTo(strict.settings());
    assertThat(lenient.vmid()).isEqualTo(strict.vmid());
  }

  @Test
  void filesOfAFolderAreReadTogether() {
    var result =
        ManifestReader.read(
            List.of(
                new ManifestReader.Source("a.json", "[" + vmEntry(100, "a") + "]"),
                new ManifestReader.Source("b.json", "\n[" + vmEntry(100, "b") + "]")),
            KnownKeys.builtIn());
    assertThat(result.findings())
        .singleElement()
        .hasToString(
            "b.json:2:17: vm 100 b: vmid 100 is declared at a.json:1:2 already; remove one");
  }

  @Test
  void aNameTwiceIsAWarning() {
    var result = read("[" + vmEntry(100, "a") + "," + vmEntry(101, "a") + "]");
    assertThat(result.hasErrors()).isFalse();
    assertThat(result.findings())
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("also that of vm 100 a"));
    assertThat(result.desired().guests()).hasSize(2);
  }

  @Test
  void everyErrorIsToldAtOnceWithItsPlace() {
    var result =
        read(
            """
            [
              {"type": "vm", "vmid": 99, "hostname": "a_b", "memroy": 1},
              {"type": "lcx", "vmid": 101},
              {"type": "lxc", "vmid": 102, "hostname": "c", "sockets": 1,
               "options": {"onbot": 1, "lock": "backup", "onboot": 2}}
            ]
            """);
    assertThat(result.findings())
        .extracting(Finding::toString)
        .containsExactly(
            "guests.json:2:26: vm 99 a_b: vmid is 99; write a whole number from 100 to 999999999",
            "guests.json:2:42: vm 99 a_b: hostname is 'a_b'; write a DNS name: letters, digits and"
                + " dashes, in parts that dots separate",
            "guests.json:2:49: vm 99 a_b: unknown field memroy; did you mean memory?",
            "guests.json:3:12: lcx 101: type is 'lcx'; write lxc or vm; did you mean lxc?",
            "guests.json:4:3: lxc 102 c: template is missing; write STORAGE:vztmpl/FILE, the VMID"
                + " of a container to clone, or EXISTING for one that is there",
            "guests.json:4:49: lxc 102 c: sockets is for VMs only; leave it out",
            "guests.json:5:16: lxc 102 c: options.onbot is no config key of containers; did you"
                + " mean onboot?",
            "guests.json:5:28: lxc 102 c: options.lock is Proxmox's own mark, not a setting; leave"
                + " it out",
            "guests.json:5:56: lxc 102 c: options.onboot is '2', which is neither true nor false");
    assertThat(result.desired().guests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"memory\": 512, \"memory\": 513 | memory stands here again (first in line 1)",
        "\"options\": {\"memory\": 512}   | options.memory is a field of its own",
        "\"options\": {\"net0\": \"virtio\"} | options.net0 is a field of its own",
        "\"options\": {\"name\": \"x\"}   | options.name is the field hostname",
        "\"options\": {\"digest\": \"x\"} | options.digest is Proxmox's own mark",
        "\"options\": {\"force\": 1}      | options.force says how a call is made",
        "\"options\": {\"skiplock\": 1}   | options.skiplock says how a call is made",
        "\"options\": {\"delete\": \"net0\"} | options.delete is said by null",
        "\"options\": {\"template\": 1}   | options.template is said by \"state\": \"template\"",
        "\"options\": {\"features\": \"nesting=1\"} | is a key of containers only",
        "\"options\": {\"cipassword\": \"hunter2\"} | must not stand in a manifest",
        "\"options\": {\"args\": {\"secret\": \"env:X\"}} | options.args can't be a secret",
        "\"options\": {\"scsi40\": \"local:1\"} | options.scsi40 is beyond what VMs can have: scsi0 to scsi30",
        "\"options\": {\"scsi1\": \"local:1,cach=none\"} | there is no part 'cach'",
        "\"options\": {\"scsi1\": \"local:\"} | scsi1 has no size",
        "\"options\": {\"scsi0\": \"local:1\"}, \"storage\": \"local:1\" | declared twice",
        "\"storage\": 32                  | storage names no storage; write STORAGE:32",
        "\"password\": \"hunter2\"        | password must not stand in a manifest",
        "\"password\": {\"secret\": \"hunter2\"} | the reference is not env:NAME",
        "\"ssh_keys\": \"-----BEGIN OPENSSH PRIVATE KEY-----\" | holds a private key",
        "\"ssh_keys\": [\"a\"], \"cloud_init\": {\"sshkeys\": \"a\"} | is declared twice",
        "\"clone\": \"linked\"            | clone needs a template that is a VMID",
        "\"template\": \"local:vztmpl/a.tar.zst\" | a VM is not made from a container template",
        "\"template\": \"local:iso/a.exe\" | such a file ends in .iso or .img",
        "\"template\": \"debian\"         | template is 'debian'; write STORAGE:iso/FILE",
        "\"state\": null                  | state is null; write running",
        "\"state\": \"runing\"            | did you mean running?",
        "\"net0\": \"bridge=vmbr0\"       | net0 lacks the part 'model'",
        "\"ha\": {\"group\": \"east\"}    | write \"rules\": [\"ha-group-east\"]",
        "\"ha\": {\"max_restarts\": 1}    | unknown field ha.max_restarts; did you mean max_restart?",
        "\"cloud_init\": {\"usr\": \"x\"} | unknown field cloud_init.usr; did you mean user?",
        "\"cloud_init\": 1                | cloud_init is 1; write an object",
        "\"nte0\": \"virtio\"             | unknown field nte0; did you mean net0?",
      })
  void whatWouldDoHarmIsRefused(String members, String message) {
    var result = read(vm(members));
    assertThat(result.findings())
        .singleElement()
        .satisfies(found -> {
          assertThat(found.severity()).isEqualTo(Finding.Severity.ERROR);
          assertThat(found.message()).contains(message).doesNotContain("hunter2");
          assertThat(found.subject()).isEqualTo("vm 100 a");
        });
    assertThat(result.desired().guests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``            | 1:1 | holds nothing",
        "`{\"guests\": 1}` | 1:12 | guests is 1; write a list",
        "`{\"guest\": []}` | 1:2 | unknown field guest; did you mean guests?",
        "7             | 1:1 | the manifest is 7",
        "[7]           | 1:2 | an entry is 7; write an object",
        "`[\n  {]`     | 2:4 | is not JSON",
        "`[] []`       | 1:4 | something follows",
        "`{\"defaults\": {\"vmid\": 1}, \"guests\": []}` | 1:15 | defaults can't hold vmid",
        "`{\"defaults\": {\"memori\": 1}, \"guests\": []}` | 1:15 | unknown field defaults.memori",
        "`{\"defaults\": {\"storage\": 1}, \"guests\": []}` | 1:26 | write STORAGE or STORAGE:GIB",
      })
  void whatIsNoManifestIsToldWithItsPlace(String text, String place, String message) {
    assertThat(read(text).findings())
        .anySatisfy(found -> {
          assertThat(found.toString()).startsWith("guests.json:" + place + ":");
          assertThat(found.message()).contains(message);
        });
  }

  @Test
  void aWrongDefaultIsToldOnce() {
    var result =
        read(
            "{\"defaults\": {\"memory\": 1}, \"guests\": ["
                + vmEntry(100, "a")
                + ","
                + vmEntry(101, "b")
                + "]}");
    assertThat(result.findings()).hasSize(1);
    assertThat(result.desired().guests()).isEmpty();
  }

  @Test
  void anAdoptedOrAbsentGuestNeedsLess() {
    assertThat(one("[{\"type\":\"lxc\",\"vmid\":100,\"template\":\"local:vztmpl/EXISTING\"}]"))
        .satisfies(guest -> assertThat(guest.origin()).isEqualTo(new Origin.Existing()))
        .satisfies(guest -> assertThat(guest.hostname()).isNull());
    assertThat(one("[{\"type\":\"lxc\",\"vmid\":100,\"hostname\":\"a\",\"state\":\"absent\"}]"))
        .satisfies(guest -> assertThat(guest.origin()).isEqualTo(new Origin.Existing()));
    assertThat(read("[{\"type\":\"lxc\",\"vmid\":100,\"state\":\"absent\"}]").hasErrors())
        .as("what is destroyed must be named")
        .isTrue();
  }

  @Test
  void keysNewerThanPivmAreTakenWhereTheNodeKnowsThem() {
    String text = vm("\"options\": {\"quantum\": true}");
    assertThat(read(text).hasErrors()).isTrue();
    var keys = new KnownKeys(Map.of(GuestType.QEMU, Set.of("quantum")));
    var result = ManifestReader.read(List.of(new ManifestReader.Source("g", text)), keys);
    assertThat(result.findings()).isEmpty();
    assertThat(result.desired().guests().getFirst().settings())
        .containsExactly(setting("quantum", "1"));
  }

  private static Map.Entry<String, Setting> setting(String key, String text) {
    return Map.entry(key, Setting.of(text));
  }

  private static String vm(String members) {
    return "[{\"type\": \"vm\", \"vmid\": 100, \"hostname\": \"a\", " + members + "}]";
  }

  private static String vmEntry(int vmid, String name) {
    return "{\"type\": \"vm\", \"vmid\": " + vmid + ", \"hostname\": \"" + name + "\"}";
  }

  private static String container(String members) {
    return "[{\"type\": \"lxc\", \"vmid\": 100, \"hostname\": \"a\","
        + " \"template\": \"local:vztmpl/a.tar.zst\", "
        + members
        + "}]";
  }

  private static ManifestReader.Result read(String text) {
    return ManifestReader.read("guests.json", text);
  }

  private static DesiredGuest one(String text) {
    var result = read(text);
    assertThat(result.findings()).isEmpty();
    assertThat(result.desired().guests()).hasSize(1);
    return result.desired().guests().getFirst();
  }
}
