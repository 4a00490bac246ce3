package pivm.engine.observation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.ObservedGuest;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

final class RecentTasksTest {
  private static final long NIGHT = 1_795_500_000;

  private static Json.Obj task(String node, int vmid, long start, long end) {
    Json.Builder row =
        Json.object().put("node", node).put("id", Integer.toString(vmid)).put("starttime", start);
    return (end == 0 ? row : row.put("endtime", end)).build();
  }

  private static ObservedGuest guest(int vmid, String node) {
    Json.Obj row = Json.object().put("type", "qemu").put("vmid", vmid).put("node", node).build();
    ObservedGuest guest = ResourceReading.guest(row, new TreeMap<>(), new TreeMap<>());
    if (guest == null) {
      throw new AssertionError("no guest");
    }
    return guest;
  }

  @Test
  void whatLiesCloseToTheNodesNewestTaskIsRecent() {
    var recent =
        RecentTasks.listed(
            List.of(
                task("pve-a", 101, NIGHT - 5, NIGHT),
                task("pve-a", 102, NIGHT - 400, NIGHT - 30),
                task("pve-a", 103, NIGHT - 400, NIGHT - 200)));

    assertThat(recent.concern(guest(101, "pve-a"))).isTrue();
    assertThat(recent.concern(guest(102, "pve-a"))).isTrue();
    assertThat(recent.concern(guest(103, "pve-a"))).isFalse();
    assertThat(recent.concern(guest(104, "pve-a"))).isFalse();
  }

  @Test
  void aTaskThatRunsIsRecentHoweverLongAgoItBegan() {
    var recent =
        RecentTasks.listed(
            List.of(task("pve-a", 101, NIGHT, NIGHT), task("pve-a", 102, NIGHT - 7200, 0)));

    assertThat(recent.concern(guest(102, "pve-a"))).isTrue();
  }

  @Test
  void aClockThatIsOffOnOneNodeHidesNothingOnAnother() {
    var recent =
        RecentTasks.listed(
            List.of(
                task("pve-a", 101, NIGHT, NIGHT), task("pve-b", 201, NIGHT - 9000, NIGHT - 9000)));

    assertThat(recent.concern(guest(201, "pve-b"))).isTrue();
  }

  @Test
  void whereMoreHappenedThanANodeListsItsGuestsAreAllInDoubt() {
    List<Json.Obj> rows = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      rows.add(task("pve-a", 300 + i, NIGHT + i, NIGHT + i));
    }
    assertThat(RecentTasks.listed(rows).concern(guest(101, "pve-a"))).isTrue();
    assertThat(RecentTasks.listed(rows).concern(guest(101, "pve-b"))).isFalse();
    assertThat(RecentTasks.listed(rows.subList(0, 24)).concern(guest(101, "pve-a"))).isFalse();
  }

  @Test
  void theClusterLogTellsTheSame() {
    var recent = RecentTasks.logged(log(0));

    assertThat(recent.concern(guest(9100, "pve-01"))).isTrue();
    assertThat(recent.concern(guest(9101, "pve-01"))).isTrue();
    assertThat(recent.concern(guest(9102, "pve-01"))).isFalse();
  }

  @Test
  void aLogThatDoesNotReachBackLeavesAllInDoubt() {
    assertThat(RecentTasks.logged(log(48)).concern(guest(9102, "pve-01"))).isTrue();
    assertThat(RecentTasks.logged(null).concern(guest(9102, "pve-01"))).isTrue();
  }

  /** A task that has ended, one that runs, and other entries as asked for. */
  private static Json.Obj log(int more) {
    var text = new StringBuilder("{\"data\": [");
    text.append(
        """
        {"uid": 3, "time": 1795566556, "pri": 6, "tag": "pct", "pid": 281, "node": "pve-01", \
        "user": "root@pam", \
        "msg": "end task UPID:pve-01:0000011B:0011A48C:6B062BDC:vzcreate:9100:root@pam: OK"},
        {"uid": 2, "time": 1795566550, "pri": 6, "tag": "pct", "pid": 281, "node": "pve-01", \
        "user": "root@pam", \
        "msg": "starting task UPID:pve-01:0000011B:0011A48C:6B062BDC:vzcreate:9100:root@pam:"},
        {"uid": 1, "time": 1795566000, "pri": 6, "tag": "pct", "pid": 281, "node": "pve-01", \
        "user": "root@pam", \
        "msg": "starting task UPID:pve-01:0000011C:0011A48C:6B062BDC:qmigrate:9101:root@pam:"}\
        """);
    for (int i = 0; i < more; i++) {
      text.append(
          ", {\"uid\": 9, \"time\": 1795566540, \"msg\": \"successful auth for user 'a@pve'\"}");
    }
    String all = more == 0 ? text.toString() : text.toString().replace("1795566000", "1795566530");
    return JsonText.read(all + "]}").asObject();
  }
}
