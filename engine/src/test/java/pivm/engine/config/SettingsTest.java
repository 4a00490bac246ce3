package pivm.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import pivm.engine.manifest.Finding;

class SettingsTest {

  private static Settings resolve(
      Map<Key, Map.Entry<String, String>> options, Map<String, String> environment, String file) {
    return Settings.resolve(options, environment, Variables.read("variables.json", file));
  }

  private static Settings ofFile(String file) {
    return resolve(Map.of(), Map.of(), file);
  }

  @Test
  void anOptionWinsOverTheEnvironmentWhichWinsOverTheFileWhichWinsOverTheDefault() {
    String file = "{\"rails\": {\"ramHeadroomPercent\": 30}}";
    Map<String, String> environment = Map.of("PIVM_RAILS_RAM_HEADROOM_PERCENT", "40");
    var option = Map.of(Keys.RAM_HEADROOM, Map.entry("--headroom", "50"));

    assertThat(ofFile("{}").whole(Keys.RAM_HEADROOM)).isEqualTo(20);
    assertThat(ofFile(file).whole(Keys.RAM_HEADROOM)).isEqualTo(30);
    assertThat(resolve(Map.of(), environment, file).whole(Keys.RAM_HEADROOM)).isEqualTo(40);
    Settings all = resolve(option, environment, file);
    assertThat(all.whole(Keys.RAM_HEADROOM)).isEqualTo(50);
    assertThat(all.source(Keys.RAM_HEADROOM).label()).isEqualTo("option --headroom");
  }

  @Test
  void eachValueSaysWhereItCameFrom() {
    Settings settings =
        resolve(
            Map.of(),
            Map.of("PIVM_ENDPOINT", "https://pve-01:8006"),
            "{\n  \"rails\": {\n    \"foreign\": \"block\"\n  }\n}");

    assertThat(settings.source(Keys.ENDPOINT).label()).isEqualTo("environment PIVM_ENDPOINT");
    assertThat(settings.source(Keys.FOREIGN).label()).isEqualTo("variables.json:3:5");
    assertThat(settings.source(Keys.LOCK_WAIT).label()).isEqualTo("default");
  }

  @Test
  void aWrongValueIsAnErrorWithItsPlace() {
    Settings settings = ofFile("{\"rails\": {\"ramHeadroomPercent\": 10}}");

    assertThat(settings.findings())
        .extracting(Finding::toString)
        .containsExactly(
            "variables.json:1:12: rails.ramHeadroomPercent is 10; it must be a whole number from"
                + " 20 to 90");
    assertThat(settings.findings().getFirst().severity()).isEqualTo(Finding.Severity.ERROR);
  }

  @Test
  void anUnknownKeyIsAWarningThatNamesTheNearestKnownOne() {
    Settings settings =
        ofFile("{\"rails\": {\"ramHeadroomPercnt\": 30}, \"proxmox_dcs\": {\"MANIFEST\": \"x\"}}");

    assertThat(settings.findings())
        .allMatch(finding -> finding.severity() == Finding.Severity.WARNING)
        .extracting(Finding::message)
        .containsExactlyInAnyOrder(
            "there is no setting rails.ramHeadroomPercnt; did you mean rails.ramHeadroomPercent?",
            "there is no section proxmox_dcs; did you mean proxmox_dsc?");
  }

  @Test
  void aTokenInTheFileIsRefusedAndNotRepeated() {
    Settings settings = ofFile("{\"proxmox\": {\"token\": \"root@pam!a=canary\"}}");

    assertThat(settings.findings()).hasSize(1);
    assertThat(settings.findings().getFirst().message())
        .contains("a secret must not stand here")
        .doesNotContain("canary");
  }

  @Test
  void aTokenInTheEnvironmentIsTakenAndHidden() {
    Settings settings = resolve(Map.of(), Map.of("PIVM_TOKEN", "root@pam!a=canary"), "{}");

    assertThat(settings.findings()).isEmpty();
    assertThat(settings.text(Keys.TOKEN)).isEqualTo("root@pam!a=canary");
    assertThat(settings.all())
        .filteredOn(value -> value.key().equals(Keys.TOKEN))
        .extracting(Settings.Value::shown)
        .containsExactly("root@pam!a=(hidden)");
  }

  @Test
  void aReferenceToASecretIsTakenInBothSpellings() {
    for (String spelling : new String[] {"\"env:TOKEN\"", "{\"secret\": \"env:TOKEN\"}"}) {
      Settings settings = ofFile("{\"proxmox\": {\"token\": " + spelling + "}}");

      assertThat(settings.findings()).isEmpty();
      assertThat(settings.text(Keys.TOKEN)).isEqualTo("env:TOKEN");
    }
  }

  @Test
  void aFileThatIsNoJsonIsToldWithLineAndColumn() {
    assertThat(ofFile("{\n  \"rails\": {,}\n}").findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.place().line()).isEqualTo(2);
          assertThat(finding.message()).startsWith("this is not JSON: ");
        });
  }

  @Test
  void commentsAndTrailingCommasHarmNobody() {
    Settings settings =
        ofFile("{ // ours\n \"//\": \"note\", \"rails\": {\"//\": 1, \"maxFailures\": 7,},}");

    assertThat(settings.findings()).isEmpty();
    assertThat(settings.whole(Keys.MAX_FAILURES)).isEqualTo(7);
  }

  @Test
  void aRepeatedKeyIsAnError() {
    assertThat(ofFile("{\"rails\": {\"maxFailures\": 7, \"maxFailures\": 8}}").findings())
        .extracting(Finding::message)
        .containsExactly("rails.maxFailures stands here a second time");
  }

  @Test
  void everyDefaultIsAccepted() {
    assertThat(ofFile("{}").findings()).isEmpty();
    assertThat(ofFile("{}").railPolicy()).isEqualTo(pivm.engine.rails.RailPolicy.defaults());
  }
}
