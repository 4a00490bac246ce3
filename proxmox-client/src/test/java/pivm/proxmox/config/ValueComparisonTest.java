package pivm.proxmox.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.proxmox.GuestType;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

class ValueComparisonTest {

  static GuestKey key(GuestType type, String name) {
    return Objects.requireNonNull(GuestKeys.of(type).find(name), name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "QEMU|net0|virtio=bc:24:11:00:00:01,bridge=vmbr0|bridge=vmbr0,model=virtio,macaddr=BC:24:11:00:00:01",
        "QEMU|net0|virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=0|virtio=BC:24:11:00:00:01,bridge=vmbr0",
        "QEMU|scsi0|local:100/vm-100-disk-0.qcow2,size=8G|file=local:100/vm-100-disk-0.qcow2,size=8192M,media=disk",
        "QEMU|scsi0|local:1/v.raw,backup=1,iothread=no|volume=local:1/v.raw",
        "QEMU|scsi0|local:1/v.raw,bps=1048576|local:1/v.raw,mbps=1",
        "QEMU|scsi0|local:1/v.raw,cyls=3|local:1/v.raw",
        "QEMU|agent|1|enabled=1,type=virtio",
        "QEMU|agent|0|-",
        "QEMU|agent|1,guest-fsfreeze=0|1,freeze-fs=off",
        "QEMU|cpu|kvm64|-",
        "QEMU|cpu|host,flags=+aes;-pcid|cputype=host,flags=-pcid;+aes",
        "QEMU|memory|current=512|-",
        "QEMU|onboot|off|-",
        "QEMU|tags|Prod;worker|worker,prod",
        "QEMU|boot|order=scsi0;net0|order=scsi0;net0",
        "QEMU|hotplug|1|usb,network,disk",
        "QEMU|hotplug|-|disk;network;usb",
        "QEMU|startup|5|order=5",
        "QEMU|smbios1|base64=1,manufacturer=Zm9v|manufacturer=foo",
        "QEMU|ipconfig0|ip6=FD00:0:0::1/64|ip6=fd00::1/64",
        "QEMU|sshkeys|ssh-ed25519%20AAAA%0A|ssh-ed25519%20AAAA",
        "QEMU|description|a|a",
        "QEMU|hostpci0|01:00.0|host=0000:01:00.0",
        "QEMU|affinity|0-3|0,1,2,3",
        "LXC|features|nesting=0|-",
        "LXC|mp0|local:8/x.raw,mp=/a,backup=0|volume=local:8/x.raw,mp=/a",
        "LXC|cpulimit|1.0|1",
        "LXC|net0|name=eth0,type=veth,hwaddr=bc:24:11:00:00:01|hwaddr=BC:24:11:00:00:01,name=eth0",
      })
  void spellingsOfOneMeaningAreTheSame(
      GuestType type, String name, @Nullable String one, @Nullable String other) {
    assertThat(ValueComparison.same(key(type, name), one, other)).isTrue();
    assertThat(ValueComparison.same(key(type, name), other, one)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "QEMU|boot|order=scsi0;net0|order=net0;scsi0",
        "QEMU|scsi0|local:1/v.raw,backup=0|local:1/v.raw",
        "QEMU|watchdog|i6300esb|-",
        "QEMU|net0|virtio|-",
        "QEMU|localtime|0|-",
        "QEMU|nameserver|1.1.1.1 8.8.8.8|8.8.8.8 1.1.1.1",
        "QEMU|description|a|b",
        "LXC|swap|512|-",
        "LXC|mp0|local:8/x.raw,mp=/a,acl=0|local:8/x.raw,mp=/a",
      })
  void valuesOfDifferentMeaningDiffer(
      GuestType type, String name, @Nullable String one, @Nullable String other) {
    assertThat(ValueComparison.same(key(type, name), one, other)).isFalse();
  }

  @Test
  void blanksAtTheEndOfADescriptionMeanNothing() {
    GuestKey description = key(GuestType.LXC, "description");
    assertThat(ValueComparison.same(description, "two\nlines", "two\nlines\n")).isTrue();
    assertThat(ValueComparison.same(description, "", null)).isTrue();
  }

  /** Whatever a value says, printing it the other ways Proxmox accepts changes nothing. */
  @Test
  void everyKeyIsTheSameInEverySpelling() {
    long seed = Long.getLong("pivm.seed", System.nanoTime());
    var random = new Random(seed);
    var values = new SchemaValues(random);
    int cases = 0;
    for (int round = 0; round < 60; round++) {
      for (GuestType type : GuestType.values()) {
        for (GuestKey key : GuestKeys.of(type).all()) {
          String value = values.valueOf(key);
          String again = respelled(key, value, random);
          assertThat(ValueCheck.problem(key, value))
              .as("seed %d, %s of %s: %s", seed, key.pattern(), type, value)
              .isNull();
          assertThat(ValueComparison.same(key, value, again))
              .as("seed %d, %s: %s and %s", seed, key.pattern(), value, again)
              .isTrue();
          cases++;
        }
      }
    }
    assertThat(cases).isEqualTo(7200);
  }

  private static String respelled(GuestKey key, String value, Random random) {
    return switch (key.kind()) {
      case PROPERTY_STRING -> shuffled(PropertyString.parse(key, value).print(), random);
      case BOOLEAN -> Flags.isOn(value) ? "YES" : "off";
      case TAGS -> value.toUpperCase(Locale.ROOT).replace(';', ' ');
      default -> value;
    };
  }

  private static String shuffled(String string, Random random) {
    List<String> parts = new ArrayList<>(List.of(string.split(",")));
    Collections.shuffle(parts, random);
    return String.join(",", parts);
  }
}
