package pivm.engine.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.setup.Installer.Action;
import pivm.engine.setup.Installer.Intent;
import pivm.engine.testing.SimulatedProxmox;
import pivm.proxmox.ApiCall;
import pivm.proxmox.command.CommandRunner;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.SimulatedCluster;

class SetupAndRemovalTest {
  private static final String USER = "pivm@pve";

  @TempDir Path folder;
  private Path root = Path.of("/");
  private SimulatedProxmox cluster = new SimulatedProxmox(fresh(), null);
  private int rounds;

  @BeforeEach
  void begin() throws IOException {
    root = Files.createDirectories(folder.resolve("root-" + rounds++));
    Files.createDirectories(root.resolve("etc/systemd/system"));
    Files.createDirectories(root.resolve("var/lib"));
    Files.createDirectories(root.resolve("var/log"));
    cluster = new SimulatedProxmox(fresh(), null);
  }

  private static SimulatedCluster fresh() {
    return SimulatedCluster.builder().nodes("pve-1").build();
  }

  private Layout layout() {
    return new Layout(root, "/etc/pivm", "/var/lib/pivm", "/var/log/pivm/pivm.log");
  }

  private SetupRecord made() throws IOException {
    return SetupRecord.in(layout().stateFolder());
  }

  private FilePart file(SetupRecord made, String path, String text, boolean kept) {
    String written =
        made.entries().stream()
            .filter(entry -> entry.name().equals(path))
            .map(SetupRecord.Entry::detail)
            .findFirst()
            .orElse("");
    return new FilePart(layout().at(path), path, text, "rw-r--r--", written, kept);
  }

  private List<Part> parts(SetupRecord made, String token, boolean anew) {
    Layout layout = layout();
    var settings = new LinkedHashMap<String, Json>();
    settings.put("proxmox.endpoint", Json.of("https://127.0.0.1:8006"));
    settings.put(
        "proxmox.token", Json.object().put("secret", "file:" + layout.tokenFile()).build());
    String variables = layout.install() + "/variables.json";
    return List.of(
        new FolderPart(layout.at(layout.logs()), layout.logs(), "rwxr-x---", false),
        new FolderPart(layout.at(layout.install()), layout.install(), "rwxr-xr-x", true),
        new GitPart(layout.at(layout.install()), layout.install(), null, CommandRunner.local(null)),
        file(made, variables, "{\n  \"rails\": {}\n}\n", true),
        new LinkPart(
            layout.at(layout.install() + "/pivm"),
            layout.install() + "/pivm",
            "/usr/bin/pivm",
            true),
        new RolePart(cluster, PivmRole.NAME, PivmRole.PRIVILEGES, USER),
        new UserPart(cluster, USER, made),
        new GrantPart(cluster, USER, PivmRole.NAME),
        new TokenPart(
            cluster, USER, token, layout.at(layout.tokenFile()), layout.tokenFile(), made, anew),
        new SettingsPart(layout.at(variables), variables, settings, List.of()),
        file(made, "/etc/systemd/system/pivm-drift.timer", "[Timer]\n", false),
        new FolderPart(
            layout.at("/etc/systemd/system/timers.target.wants"),
            "/etc/systemd/system/timers.target.wants",
            "rwxr-xr-x",
            false),
        new TimerPart(layout.at("/etc/systemd/system"), "pivm-drift.timer", Systemd.none()));
  }

  private List<Intent> install() throws IOException {
    return install("pivm-pve-1", false);
  }

  private List<Intent> install(String token, boolean anew) throws IOException {
    SetupRecord made = made();
    var installer = new Installer(made);
    List<Intent> plan = installer.plan(parts(made, token, anew));
    installer.carryOut(plan, _ -> {});
    return plan;
  }

  private List<Remover.Gone> uninstall(boolean purge) throws IOException {
    SetupRecord made = made();
    var remover = new Remover(made, new Parts(layout(), made, Systemd.none(), cluster)::of);
    List<SetupRecord.Entry> plan = remover.plan(purge);
    if (purge) {
      deleteAll(layout().at("/etc/pivm").resolve(".git"));
    }
    return remover.carryOut(plan, _ -> {});
  }

  private static void deleteAll(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> all = Files.walk(tree)) {
        for (Path one : all.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(one);
        }
      }
    }
  }

  /** Every path below the root but the record's, and everything that Proxmox knows of users. */
  private List<String> everything() throws IOException {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      files
          .map(path -> root.relativize(path).toString())
          .filter(path -> !path.startsWith("var/lib/pivm"))
          .sorted()
          .forEach(all::add);
    }
    for (String path : List.of("/access/users", "/access/roles", "/access/acl")) {
      cluster.call(ApiCall.get(path)).elements().forEach(one -> all.add(JsonText.write(one)));
    }
    return all;
  }

  private static List<Action> actions(List<Intent> plan) {
    return plan.stream().map(Intent::action).distinct().toList();
  }

  @Test
  void whatSetupMadeIsGoneAfterwardsAndNothingElse() throws IOException {
    Files.writeString(root.resolve("etc/systemd/system/other.timer"), "[Timer]\n");
    cluster.call(ApiCall.post("/access/users").with("userid", "someone@pve"));
    List<String> before = everything();

    install();
    assertThat(everything()).hasSizeGreaterThan(before.size() + 10);
    assertThat(uninstall(true)).isEmpty();

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void aSecondSetupFindsEverythingThere() throws IOException {
    install();
    List<String> once = everything();
    assertThat(actions(install())).containsExactly(Action.NOTHING);
    assertThat(everything()).isEqualTo(once);
  }

  @Test
  void lookingChangesNothing() throws IOException {
    List<String> before = everything();
    SetupRecord made = made();
    new Installer(made).plan(parts(made, "pivm-pve-1", false));
    assertThat(everything()).isEqualTo(before);
    assertThat(layout().stateFolder()).doesNotExist();
  }

  @Test
  void whatIsTheOperatorsStaysWithoutPurge() throws IOException {
    install();
    uninstall(false);
    assertThat(layout().at("/etc/pivm/variables.json")).exists();
    assertThat(layout().at("/etc/systemd/system/pivm-drift.timer")).doesNotExist();
    assertThat(layout().at(layout().tokenFile())).doesNotExist();
    assertThat(new Access(cluster).user(USER)).isNull();
    assertThat(new Access(cluster).role(PivmRole.NAME)).isNull();

    assertThat(uninstall(true)).isEmpty();
    assertThat(layout().at("/etc/pivm")).doesNotExist();
  }

  /** Thrown where a kill would end the process. */
  private static final class Killed extends Error {
    Killed() {
      super("killed");
    }
  }

  /** A part in whose making the process can be killed, before its effect or after. */
  private record Mortal(Part part, AtomicInteger left) implements Part {
    @Override
    public String what() {
      return part.what();
    }

    @Override
    public String name() {
      return part.name();
    }

    @Override
    public String detail() {
      return part.detail();
    }

    @Override
    public boolean kept() {
      return part.kept();
    }

    @Override
    public boolean fromOtherSetup() throws IOException {
      return part.fromOtherSetup();
    }

    @Override
    public Look look() throws IOException {
      return part.look();
    }

    @Override
    public void make() throws IOException {
      step();
      part.make();
      step();
    }

    private void step() {
      if (left.getAndDecrement() == 0) {
        throw new Killed();
      }
    }

    @Override
    public String remove() throws IOException {
      return part.remove();
    }
  }

  private void installUntil(int point) throws IOException {
    SetupRecord made = made();
    var left = new AtomicInteger(point);
    List<Mortal> mortal =
        parts(made, "pivm-pve-1", false).stream().map(part -> new Mortal(part, left)).toList();
    var installer = new Installer(made);
    List<Intent> plan = installer.plan(mortal);
    assertThatThrownBy(() -> installer.carryOut(plan, _ -> {})).isInstanceOf(Killed.class);
  }

  @Test
  void aSetupThatIsKilledAnywhereIsRemovedWhole() throws IOException {
    for (int point = 0; point < 26; point++) {
      begin();
      List<String> before = everything();
      installUntil(point);
      assertThat(uninstall(true)).as("killed at " + point).isEmpty();
      assertThat(everything()).as("killed at " + point).isEqualTo(before);
    }
  }

  @Test
  void aSetupThatIsKilledAnywhereIsCompletedByTheNext() throws IOException {
    for (int point = 0; point < 26; point++) {
      begin();
      List<String> before = everything();
      installUntil(point);
      if (point % 2 == 1) {
        tearLastLine();
      }
      install();
      assertThat(actions(install())).as("killed at " + point).containsExactly(Action.NOTHING);
      assertThat(Files.readString(layout().at(layout().tokenFile()))).startsWith(USER + "!pivm-");
      assertThat(uninstall(true)).as("killed at " + point).isEmpty();
      assertThat(everything()).as("killed at " + point).isEqualTo(before);
    }
  }

  /** As a kill in the middle of writing the next line does. */
  private void tearLastLine() throws IOException {
    Path file = layout().stateFolder().resolve(SetupRecord.FILE);
    Files.writeString(file, Files.readString(file) + "{\"at\":\"2026-");
  }

  @Test
  void anotherNodesSetupUsesTheSameUserAndTheLastOneRemovesIt() throws IOException {
    List<String> clean = everything();
    Path first = root;
    install("pivm-pve-1", false);

    root = folder.resolve("second");
    Files.createDirectories(root.resolve("etc/systemd/system"));
    Files.createDirectories(root.resolve("var/lib"));
    Files.createDirectories(root.resolve("var/log"));
    install("pivm-pve-2", false);
    Path second = root;

    root = first;
    List<Remover.Gone> stayed = uninstall(true);
    assertThat(stayed).extracting(gone -> gone.entry().what()).contains("grant", "user", "role");
    assertThat(stayed).noneMatch(Remover.Gone::failed);
    assertThat(stayed.getFirst().stayed()).contains("pivm-pve-2");

    root = second;
    assertThat(uninstall(true)).isEmpty();
    root = first;
    assertThat(everything()).isEqualTo(clean);
  }

  @Test
  void aUserThatWasThereBeforeStays() throws IOException {
    cluster.call(
        ApiCall.post("/access/users").with("userid", USER).with("comment", "of the operator"));
    install();
    uninstall(true);
    assertThat(new Access(cluster).user(USER)).isEqualTo("of the operator");
    assertThat(new Access(cluster).role(PivmRole.NAME)).isNull();
  }

  @Test
  void aRoleOfOthersIsNotChangedAndTheCommandIsSaid() throws IOException {
    cluster.call(ApiCall.post("/access/roles").with("roleid", "PIVM").with("privs", "VM.Audit"));
    Intent role = find(install(), "role");
    assertThat(role.action()).isEqualTo(Action.LEAVE);
    assertThat(role.words()).contains("pveum role modify PIVM --append 1 --privs", "VM.Allocate");
    assertThat(new Access(cluster).role("PIVM")).containsExactly("VM.Audit");
  }

  @Test
  void aRoleOfOursGetsWhatANewerVersionNeeds() throws IOException {
    install();
    cluster.call(ApiCall.put("/access/roles/PIVM").with("privs", "VM.Audit"));
    assertThat(find(install(), "role").action()).isEqualTo(Action.CHANGE);
    assertThat(new TreeSet<>(nullsafe(new Access(cluster).role("PIVM"))))
        .containsAll(PivmRole.PRIVILEGES);
  }

  private static List<String> nullsafe(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }

  private static Intent find(List<Intent> plan, String what) {
    return plan.stream()
        .filter(intent -> intent.part().what().equals(what))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aLostSecretIsSaidAndOnlyMadeAnewWhenAskedFor() throws IOException {
    install();
    Files.delete(layout().at(layout().tokenFile()));
    Intent lost = find(install(), "token");
    assertThat(lost.action()).isEqualTo(Action.LEAVE);
    assertThat(lost.words()).contains("does not hold its secret", "--new-token");
    assertThat(layout().at(layout().tokenFile())).doesNotExist();

    assertThat(find(install("pivm-pve-1", true), "token").action()).isEqualTo(Action.CHANGE);
    Path token = layout().at(layout().tokenFile());
    assertThat(Files.getPosixFilePermissions(token)).hasSize(2);
    var asPivm = new SimulatedProxmox(cluster.cluster(), Files.readString(token).strip());
    assertThat(asPivm.call(ApiCall.get("/access/permissions")).asObject().members()).isNotEmpty();
  }

  @Test
  void aUnitThatWasEditedIsLeftAndATimerSwitchedOffStaysOff() throws IOException {
    install();
    Path unit = layout().at("/etc/systemd/system/pivm-drift.timer");
    Files.writeString(unit, "[Timer]\nOnCalendar=daily\n");
    Files.delete(layout().at("/etc/systemd/system/timers.target.wants/pivm-drift.timer"));
    List<Intent> again = install();
    assertThat(Files.readString(unit)).contains("OnCalendar=daily");
    assertThat(find(again, "timer").action()).isEqualTo(Action.LEAVE);
  }

  @Test
  void settingsOfTheOperatorStayToTheLetter() throws IOException {
    Path variables = layout().at("/etc/pivm/variables.json");
    Files.createDirectories(variables.resolveSibling(""));
    Files.writeString(
        variables, "{\n  // mine\n  \"proxmox\": { \"endpoint\": \"https://pve-9:8006\" },\n}\n");
    install();
    assertThat(Files.readString(variables))
        .contains("// mine", "https://pve-9:8006", "file:/var/lib/pivm/token")
        .doesNotContain("127.0.0.1");
  }
}
