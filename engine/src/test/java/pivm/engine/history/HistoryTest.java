package pivm.engine.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pivm.engine.manifest.HighAvailability;
import pivm.engine.manifest.SecretReference;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.engine.rails.Rail;
import pivm.engine.rails.Verdict;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

class HistoryTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
  private static final GuestType VM = GuestType.QEMU;

  @TempDir private Path state;

  private static final List<JournalRecord> RECORDS =
      List.of(
          new JournalRecord.RunStarted(
              AT,
              "run",
              "7f3c2a",
              "human:root",
              "pivm@pve!main",
              "1.0.0",
              "AA:BB",
              List.of("create lxc 210"),
              List.of(new Verdict(Rail.RAM, "210/create", Verdict.Result.ALLOWED, "61 % free"))),
          new JournalRecord.Intent(
              AT, "210/start", 1, new Operation.Start(VM, 210), "a", "abc", "qm start 210"),
          new JournalRecord.TaskKnown(AT, "210/start", "UPID:x"),
          new JournalRecord.Settled(AT, "210/start", "done", "its task ended: OK"),
          new JournalRecord.Remark(AT, null, "the lock was lost"),
          new JournalRecord.Outcome(AT, "210/start", "done", "OK", List.of("TASK OK")),
          new JournalRecord.RunEnded(AT, "done", "1 of 1 steps done"));

  private void write(List<JournalRecord> records) {
    try (FileJournal journal = new History(state).open("20260102T030405Z-1")) {
      records.forEach(journal::write);
    }
  }

  private Path file() {
    return state.resolve("runs").resolve("20260102T030405Z-1.jsonl");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    write(RECORDS);

    Run run = new History(state).runs().getFirst();

    assertThat(run.records()).isEqualTo(RECORDS);
    assertThat(run.inFlight()).isEmpty();
    assertThat(run.ended()).isNotNull();
  }

  @Test
  void onlyTheOwnerCanReadIt() throws IOException {
    write(RECORDS);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("runs"))))
        .isEqualTo("rwx------");
  }

  @Test
  void aKillAnywhereInTheFileLeavesAReadableRunThatCanBeContinued() throws IOException {
    write(RECORDS);
    byte[] whole = Files.readAllBytes(file());
    int cases = 0;
    for (int length = 0; length < whole.length; length++, cases++) {
      Files.write(file(), java.util.Arrays.copyOf(whole, length));
      List<JournalRecord> before = new History(state).runs().getFirst().records();
      assertThat(before).isEqualTo(RECORDS.subList(0, before.size()));

      write(List.of(new JournalRecord.RunEnded(AT, "settled", "")));

      Run run = new History(state).runs().getFirst();
      assertThat(run.ended()).as("cut at %s", length).isNotNull();
      assertThat(run.records().size()).isBetween(before.size(), before.size() + 2);
    }
    System.out.println("journals cut at " + cases + " places");
  }

  @Test
  void aCallWithoutOutcomeIsInFlightWithItsTask() {
    write(RECORDS.subList(0, 3));

    assertThat(new History(state).unfinished())
        .singleElement()
        .satisfies(run -> {
          assertThat(run.inFlight())
              .singleElement()
              .satisfies(flight -> {
                assertThat(flight.intent().step()).isEqualTo("210/start");
                assertThat(flight.upid()).isEqualTo("UPID:x");
              });
          assertThat(run.steps())
              .singleElement()
              .satisfies(step -> assertThat(step.upids()).containsExactly("UPID:x"));
        });
  }

  @Test
  void aRunIsFoundByTheEndOfItsName() {
    write(RECORDS);

    assertThat(new History(state).run("-1")).isPresent();
    assertThat(new History(state).run("none")).isEmpty();
  }

  @Test
  void whatALaterVersionWroteIsSkipped() throws IOException {
    write(RECORDS);
    Files.writeString(
        file(),
        "{\"at\":\"2026-01-02T03:04:05Z\",\"record\":\"from-the-future\"}\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.APPEND);

    assertThat(new History(state).runs().getFirst().records()).isEqualTo(RECORDS);
    assertThat(new History(state).runs().getFirst().damaged()).isZero();
  }

  static Stream<Operation> operations() {
    var settings = new TreeMap<String, Setting>();
    settings.put("memory", Setting.of("512"));
    settings.put("description", new Setting.Unset());
    settings.put(
        "cipassword",
        new Setting.Secret(new SecretReference(SecretReference.Source.FILE, "/run/x:y")));
    var ha = new HighAvailability("started", true, null, 2, List.of("rule"));
    return Stream.of(
        new Operation.Create(VM, 1, settings),
        new Operation.Clone(VM, 1, 9, true, "web", "b", "store", "qcow2", "pool"),
        new Operation.Clone(GuestType.LXC, 1, 9, false, "web", null, null, null, null),
        new Operation.Configure(VM, 1, settings, new TreeSet<>(List.of("net1", "scsi2"))),
        Operation.Configure.reverting(GuestType.LXC, 1, new TreeSet<>(List.of("nameserver"))),
        new Operation.Resize(VM, 1, "scsi0", 8L << 30),
        new Operation.MoveDisk(VM, 1, "scsi0", "fast", "qcow2"),
        new Operation.SetDiskOptions(
            VM, 1, "scsi0", new TreeMap<>(java.util.Map.of("cache", "none"))),
        new Operation.DeleteVolume(VM, 1, "unused0"),
        new Operation.TakeSnapshot(VM, 1, "before", "run 7"),
        new Operation.DeleteSnapshot(VM, 1, "before", true),
        new Operation.Rollback(VM, 1, "before"),
        new Operation.Backup(VM, 1, "store", "snapshot", "by run 7"),
        new Operation.Start(VM, 1),
        new Operation.Shutdown(VM, 1, 60),
        new Operation.Stop(VM, 1),
        new Operation.Reboot(VM, 1, 60),
        new Operation.Migrate(VM, 1, "b", true),
        new Operation.ConvertToTemplate(VM, 1),
        new Operation.Destroy(VM, 1),
        new Operation.SetPool(VM, 1, "pool", null),
        new Operation.SetPool(VM, 1, null, "pool"),
        new Operation.SetHa(VM, 1, ha, true),
        new Operation.RemoveHa(VM, 1),
        new Operation.JoinHaRule(VM, 1, "rule", "node-affinity", List.of("vm:1", "vm:2")),
        new Operation.RegenerateCloudInit(VM, 1));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyOperationIsReadBackAsItWas(Operation operation) {
    String text = JsonText.write(OperationForm.write(operation));

    assertThat(OperationForm.read((Json.Obj) JsonText.read(text))).isEqualTo(operation);
  }

  @Test
  void everyKindOfOperationIsAmongThem() {
    Map<Class<?>, Boolean> seen = new TreeMap<>(java.util.Comparator.comparing(Class::getName));
    operations().forEach(operation -> seen.put(operation.getClass(), true));

    assertThat(seen.keySet())
        .containsExactlyInAnyOrder(Operation.Call.class.getPermittedSubclasses());
  }

  @Test
  void twoRunsDoNotShareAStateFolder() {
    try (StateLock held = StateLock.take(state, "apply")) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> StateLock.take(state, "apply"))
          .isInstanceOf(StateLock.Busy.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid() + ", apply")
          .hasMessageContaining("Wait until it has ended");
    }
    try (StateLock again = StateLock.take(state, "apply")) {
      assertThat(again).isNotNull();
    }
  }

  @Test
  void whoWorksInAStateFolderIsToldUntilItEndsOrIsKilled() throws Exception {
    assertThat(StateLock.holder(state)).isNull();
    try (StateLock held = StateLock.take(state, "apply")) {
      assertThat(held).isNotNull();
      assertThat(StateLock.holder(state))
          .isEqualTo("process " + ProcessHandle.current().pid() + ", apply");
    }
    assertThat(StateLock.holder(state)).isNull();
    Files.writeString(state.resolve("pivm.lock"), "process 999999999, apply");
    assertThat(StateLock.holder(state)).isNull();
  }
}
