package pivm.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.ObservedGuest;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.ValueCheck;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

final class RandomGuestConfigsTest {

  @Test
  void everyKeyAndPartOfTheSchemaIsMet() {
    var configs = new RandomGuestConfigs(7);
    Set<String> met = new TreeSet<>();
    for (int i = 0; i < 4000; i++) {
      GuestConfig config = configs.guest().config();
      if (config != null) {
        config.values().forEach((name, value) -> meet(config.type(), name, value, met));
      }
    }

    Set<String> missed = new TreeSet<>();
    for (GuestType type : GuestType.values()) {
      for (GuestKey key : GuestKeys.of(type).all()) {
        missed.add(type.apiName() + " " + key.pattern());
        key.parts().values().stream()
            .filter(part -> part.alias() == null && !part.createOnly())
            .forEach(part -> missed.add(type.apiName() + " " + key.pattern() + " " + part.name()));
      }
    }
    missed.removeAll(met);
    missed.removeIf(key -> key.startsWith("qemu cdrom") || key.endsWith(" format"));
    assertThat(missed).isEmpty();
  }

  private static void meet(GuestType type, String name, String value, Set<String> met) {
    GuestKey key = GuestKeys.of(type).find(name);
    if (key != null) {
      String at = type.apiName() + " " + key.pattern();
      met.add(at);
      pivm.proxmox.config.PropertyString.parseLeniently(key, value)
          .values()
          .keySet()
          .forEach(part -> met.add(at + " " + part));
    }
  }

  @Test
  void everyValueIsOneThatTheSchemaAccepts() {
    var configs = RandomGuestConfigs.fresh();
    for (int i = 0; i < 500; i++) {
      GuestConfig config = configs.guest().config();
      if (config == null) {
        throw new AssertionError();
      }
      config
          .values()
          .forEach((name, value) -> {
            GuestKey key = GuestKeys.of(config.type()).find(name);
            if (key != null) {
              assertThat(ValueCheck.problem(key, value))
                  .as("%s %s=%s", configs, name, value)
                  .isNull();
            }
          });
    }
  }

  @Test
  void theSameSeedMakesTheSameGuests() {
    ObservedGuest one = new RandomGuestConfigs(3).guest();

    assertThat(new RandomGuestConfigs(3).guest()).isEqualTo(one);
    assertThat(new RandomGuestConfigs(4).guest()).isNotEqualTo(one);
  }
}
