package pivm.lessons;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.execution.RunResult;
import pivm.engine.pipeline.Manager;
import pivm.engine.pipeline.Planned;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.simulator.config.Kind;

/**
 * One test for each fault of guests that the users of other tools met, with the place where it is
 * shown when that is another test.
 *
 * <table>
 * <caption>Shown elsewhere</caption>
 * <tr><td>a moved guest is created again, or moved back
 *   <td>{@code GuestAlterationTest.aMovedGuestIsNoDifferenceUnlessItsNodeIsPinned}
 * <tr><td>only the first of the two tasks of an HA migration is followed
 *   <td>{@code ExecutorTest.anHaMigrationIsFollowedThroughItsSecondTask}
 * <tr><td>a guest that moves under a call is lost
 *   <td>{@code ExecutorTest.aGuestThatMovesUnderTheCallIsFollowed}
 * <tr><td>nobody says which node has room
 *   <td>{@code PlacementTest.theNodeWithTheMostHeadroomAfterwardsIsChosenAndSaysWhy}
 * <tr><td>one offline node breaks list and plan
 *   <td>{@code SimulatedObservationTest.anOfflineNodeHidesItsOwnGuestsOnly}
 * <tr><td>an adopted guest is restarted or replaced over defaults
 *   <td>{@code GuestImportPropertyTest.planningAfterImportIsEmpty}
 * <tr><td>adoption is no way back to the same guest
 *   <td>{@code ImportRoundTripPropertyTest.everyGuestComesBackAsItWas}
 * <tr><td>a pending value is taken for one in effect
 *   <td>{@code GuestAlterationTest.whatProxmoxHoldsAsPendingIsShownAsPendingAndNotSentAgain}
 * <tr><td>an allowed restart silently does not happen, or one happens unasked
 *   <td>{@code PipelineTest.memoryOfARunningVmStaysPendingUntilARestartIsAllowed}
 * <tr><td>differences that never end
 *   <td>{@code ConvergencePropertyTest.everyPlanIsEmptyAfterItWasApplied}
 * <tr><td>HA undoes what was declared
 *   <td>{@code GuestAlterationTest.aPowerThatHaWouldUndoIsAContradiction}
 * <tr><td>another cloud-init file replaces the VM
 *   <td>{@code GuestAlterationTest.cloudInitChangesMakeTheDriveAnew}
 * <tr><td>a disk taken out of the manifest stays or merges with the next one in its place
 *   <td>{@code GuestAlterationTest.nullDetachesADiskAndOnlyNullOnUnusedDeletesIt}, {@code
 *       SideEffectsTest.aDiskWhoseRemovalIsPendingIsKeptAndNoNewOneMade}
 * <tr><td>an answer lost during creation makes it again
 *   <td>{@code ExecutorTest.anAnswerLostAfterTheEffectIsFoundInTheTaskList}
 * <tr><td>copies of one template get in each other's locks
 *   <td>{@code ScheduleTest.stepsThatShareALaneNeverRunAtTheSameTime}, {@code
 *       ExecutorTest.aLockFileTimeoutIsTriedAgain}
 * <tr><td>independent guests wait for each other
 *   <td>{@code ScheduleTest.independentStepsStartTogetherUpToTheNodesBound}
 * <tr><td>two callers get one VMID
 *   <td>{@code ExecutorTest.aGuestOfSomebodyElseIsNeverAdopted}
 * <tr><td>a token is not root, and that shows only when it fails
 *   <td>{@code RightsRailTest.whatOnlyRootMayDoIsBlockedWithTheWayAround}
 * <tr><td>privileges on everything are demanded
 *   <td>{@code RightsRailTest.theRoleOfTheSetupIsEnoughForEverydayThings}
 * <tr><td>one part of a network card takes the others with it
 *   <td>{@code GuestAlterationTest.aTagIsAddedLiveAndTheRestOfTheNetworkCardIsKept}
 * <tr><td>templates count as memory in use, and quick copies all land on one node
 *   <td>{@code RamRailTest.templatesCountNothing}, {@code
 *       RailsPropertyTest.theLedgerNeverGivesOutTooMuchWhateverTheStatisticsLag}
 * <tr><td>an assistant confirms to itself
 *   <td>{@code DestructiveRailTest.anAssistantCannotConfirmButAPersonCanApproveForIt}
 * <tr><td>the plan's id stays the same though its meaning changed
 *   <td>{@code GuestAlterationTest.thePlansIdRestsOnMeaningNotOnPlacesInFiles}
 * <tr><td>every refresh reads the whole cluster for each guest
 *   <td>{@code ApiObserverTest.oneLookShowsEveryGuestAndReadsOnlyTheManagedConfig}
 * </table>
 */
class LessonsTest {
  private static final String TEMPLATE = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";

  private final List<ApiCall> calls = new ArrayList<>();
  private Manager manager;

  @BeforeEach
  void start(@TempDir Path state) {
    manager = manager(state);
  }

  private Manager manager(Path state) {
    return new Manager(
        Manager.cluster()
            .guest(
                Kind.LXC,
                105,
                "pve-01",
                "arch: amd64\nhostname: mail\nmemory: 512\nrootfs: local-lvm:vm-105-disk-0,size=8G\n",
                true)
            .build(),
        state,
        cluster ->
            new Proxmox() {
              @Override
              public Answer answer(ApiCall call) {
                calls.add(call);
                return cluster.answer(call);
              }

              @Override
              public void close() {}
            });
  }

  private static String vm(String fields) {
    return """
    [{"type": "vm", "vmid": 310, "hostname": "worker", "storage": "ceph:8", "memory": 1024,
      "node": "pve-01", "snapshot": "unavailable-accepted" %s}]
    """
        .formatted(fields.isEmpty() ? "" : ", " + fields);
  }

  private static String container(String fields) {
    return """
    [{"type": "lxc", "vmid": 210, "hostname": "web", "template": "%s", "memory": 512,
      "node": "pve-01", "snapshot": "unavailable-accepted", %s}]
    """
        .formatted(TEMPLATE, fields);
  }

  private List<Step> applied(String manifest) throws InterruptedException {
    Planned planned = manager.plan(manifest);
    assertThat(planned.plan().obstacles()).isEmpty();
    RunResult result = manager.run(planned);
    assertThat(result.succeeded()).as("%s", result.steps()).isTrue();
    settled(manifest);
    return planned.plan().steps();
  }

  private void settled(String manifest) throws InterruptedException {
    Planned again = manager.plan(manifest);
    assertThat(again.plan().changes()).isEmpty();
    assertThat(again.plan().obstacles()).isEmpty();
  }

  private String vmConfig(String key) {
    return String.valueOf(manager.config("/nodes/pve-01/qemu/310", key));
  }

  private @Nullable String containerConfig(String key) {
    return manager.config("/nodes/pve-01/lxc/210", key);
  }

  private static void disturbsNothing(List<Step> steps) {
    assertThat(steps)
        .noneMatch(step ->
            switch (step.operation()) {
              case Operation.Destroy _,
                  Operation.Create _,
                  Operation.Stop _,
                  Operation.Shutdown _,
                  Operation.Reboot _ ->
                  true;
              default -> false;
            });
  }

  /** bpg#2071, bpg#2025, Telmate#1343. */
  @Test
  void anotherNodeBesideOtherCloudInitMigratesAndNeverDestroys() throws Exception {
    String cloud = "\"state\": \"running\", \"cloud_init\": {\"enable\": true, \"user\": \"%s\"}";
    applied(vm(cloud.formatted("ops")));

    List<Step> steps =
        applied(
            vm(cloud.formatted("admin") + ", \"node_policy\": \"pin\"")
                .replace("\"pve-01\"", "\"pve-02\""));

    disturbsNothing(steps);
    assertThat(steps).anyMatch(step -> step.operation() instanceof Operation.Migrate);
    assertThat(manager.config("/nodes/pve-02/qemu/310", "ciuser")).isEqualTo("admin");
  }

  /** Telmate#1393, bpg#1494, bpg#321: order and case of tags, and no restart for them. */
  @Test
  void tagsRestartNothingAndTheirOrderAndCaseAreNoDifference() throws Exception {
    String running =
        "\"state\": \"running\", \"restart\": \"allowed\", \"options\": {\"tags\": \"%s\"}";
    applied(vm(running.formatted("b;a")));

    settled(vm(running.formatted("A, b")));
    disturbsNothing(applied(vm(running.formatted("c;b"))));
  }

  /** Telmate#635, Telmate#800. */
  @Test
  void aRestartLeavesAGuestOfHaStarted() throws Exception {
    String ha =
        "\"state\": \"running\", \"restart\": \"allowed\", \"ha\": {\"state\": \"started\"}";
    applied(vm(ha));

    applied(vm(ha).replace("1024", "2048"));

    assertThat(
            manager
                .proxmox
                .call(ApiCall.get("/cluster/ha/resources/vm:310"))
                .asObject()
                .text("state"))
        .isEqualTo("started");
    assertThat(
            manager
                .proxmox
                .call(ApiCall.get("/nodes/pve-01/qemu/310/status/current"))
                .asObject()
                .text("status"))
        .isEqualTo("running");
  }

  /** Telmate#635 from the other side: stopped by the manifest, it starts again by the manifest. */
  @Test
  void aGuestOfHaThatWasStoppedStartsAgain() throws Exception {
    String running = "\"ha\": {\"state\": \"started\"}, \"state\": \"running\"";
    String stopped = "\"ha\": {\"state\": \"stopped\"}, \"state\": \"stopped\"";
    applied(vm(running));
    applied(vm(stopped));

    applied(vm(running));
  }

  /** bpg#1494, bpg#1224, bpg#1083. */
  @Test
  void aCopyWithHardwareOfItsOwnHasNoDifferencesAfterwards() throws Exception {
    String template =
        """
        {"type": "vm", "vmid": 900, "hostname": "golden", "state": "template", "storage": "ceph:4",
         "template": "local:import/debian-13-cloud.qcow2", "memory": 512, "node": "pve-01",
         "cloud_init": {"enable": true}, "options": {"vga": "serial0", "serial0": "socket"}}
        """;
    String copy =
        """
        {"type": "vm", "vmid": 901, "hostname": "copy", "state": "running", "storage": "ceph:6",
         "template": 900, "memory": 1024, "cloud_init": {"enable": true, "user": "ops"},
         "options": {"vga": "std", "bios": "ovmf", "efidisk0": "ceph:,efitype=4m"}}
        """;

    applied("[" + template + "," + copy + "]");
  }

  /** Telmate#1495, Telmate#1311, community.proxmox#24, community.proxmox#200. */
  @Test
  void startOrderNameServersAndKeysSettleAtOnce() throws Exception {
    applied(
        vm(
            """
            "state": "running", "cloud_init": {"enable": true, "nameserver": "1.1.1.1 9.9.9.9",
              "sshkeys": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBmM+/Yw a@b\\n"},
            "options": {"startup": "order=3,up=30", "description": "a\\nb: ü %"}
            """));
  }

  /** community.proxmox#23. */
  @Test
  void anEntryOfAGuestThatIsGoneMakesItAgain() throws Exception {
    applied(vm("\"state\": \"stopped\""));
    manager
        .proxmox
        .cluster()
        .await(
            String.valueOf(
                manager.proxmox.call(ApiCall.delete("/nodes/pve-01/qemu/310")).asText()));

    List<Step> steps = applied(vm("\"state\": \"stopped\""));

    assertThat(steps).anyMatch(step -> step.operation() instanceof Operation.Create);
  }

  /** bpg#1435, bpg#2995, bpg#2322, bpg#2518. */
  @Test
  void aContainersDisksGrowAndItsMountPointsKeepTheirPlaces() throws Exception {
    String before =
        """
        "storage": "local-lvm:4", "options": {"mp0": "local-lvm:1,mp=/a", "mp1": "local-lvm:1,mp=/b",
          "mp2": "local-lvm:1,mp=/c"}, "state": "running"
        """;
    applied(container(before));
    String root = volume(containerConfig("rootfs"));
    String last = volume(containerConfig("mp2"));

    List<Step> steps =
        applied(
            container(
                before
                    .replace("local-lvm:4", "local-lvm:6")
                    .replace("\"mp0\": \"local-lvm:1", "\"mp0\": \"local-lvm:2")));

    disturbsNothing(steps);
    assertThat(containerConfig("rootfs")).startsWith(root).contains("size=6G");
    assertThat(containerConfig("mp0")).contains("mp=/a", "size=2G");
    assertThat(containerConfig("mp2")).startsWith(last).contains("mp=/c", "size=1G");
  }

  /** Telmate#269, Telmate#132: a grown disk is the same volume. */
  @Test
  void aVmsDiskGrowsWhereItIs() throws Exception {
    applied(vm("\"state\": \"running\""));
    String volume = volume(vmConfig("scsi0"));

    disturbsNothing(applied(vm("\"state\": \"running\"").replace("ceph:8", "ceph:20")));

    assertThat(vmConfig("scsi0")).startsWith(volume).contains("size=20G");
  }

  private static String volume(@Nullable String disk) {
    return Objects.requireNonNull(disk).split(",", 2)[0];
  }

  /** bpg#1763, bpg#2118. */
  @Test
  void aDestroyedGuestTakesNoVolumeThatItDoesNotName() throws Exception {
    applied(vm("\"state\": \"stopped\""));
    manager.proxmox.call(
        ApiCall.post("/nodes/pve-01/storage/local-lvm/content")
            .with("vmid", 310)
            .with("filename", "vm-310-disk-9")
            .with("size", "1G"));

    manager.run(manager.plan(vm("\"state\": \"absent\"")));

    assertThat(
            manager.proxmox.call(ApiCall.get("/nodes/pve-01/storage/local-lvm/content")).objects())
        .anyMatch(volume -> volume.text("volid", "").endsWith("vm-310-disk-9"));
    assertThat(manager.proxmox.call(ApiCall.get("/nodes/pve-01/storage/ceph/content")).objects())
        .noneMatch(volume -> volume.text("volid", "").contains("vm-310-"));
  }

  /** bpg#669, bpg#449, Telmate#1339: a guest agent is neither asked nor waited for. */
  @Test
  void noPlanAndNoChangeWaitsForAGuestAgent() throws Exception {
    String agent = "\"state\": \"running\", \"options\": {\"agent\": 1, \"onboot\": %d}";
    applied(vm(agent.formatted(0)));
    applied(vm(agent.formatted(1)));

    assertThat(calls).noneMatch(call -> call.path().contains("/agent/"));
  }

  /** Argo CD's {@code allowEmpty}: an empty manifest removes nothing. */
  @Test
  void anEmptyManifestRemovesNothing() throws Exception {
    applied(vm("\"state\": \"running\""));

    Planned planned = manager.plan("[]");

    assertThat(planned.plan().steps()).isEmpty();
    assertThat(planned.plan().foreign()).hasSize(2);
  }
}
