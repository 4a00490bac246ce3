package pivm.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Unknown;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.Rail;
import pivm.engine.rails.Verdict;
import pivm.proxmox.json.Json;

class PlanReportTest {

  private static final Change PROXY =
      new Change(
          "guests",
          "lxc 210 proxy-01",
          210,
          "pve-02",
          Action.CREATE,
          "declared",
          List.of(
              new FieldChange("memory", null, "1024", Effect.NONE, ""),
              new FieldChange("rootfs", null, "local-lvm:12", Effect.NONE, "")),
          List.of("most headroom: 61 % free after"));

  private static final Change WORKER =
      new Change(
          "guests",
          "vm 310 worker-01",
          310,
          "pve-01",
          Action.CHANGE,
          "drift",
          List.of(
              new FieldChange(
                  "memory",
                  "4096",
                  "8192",
                  Effect.PENDING,
                  "restart: never; memory is not in hotplug"),
              new FieldChange("net0.tag", null, "30", Effect.LIVE, ""),
              new FieldChange("description", "old", null, Effect.NONE, "")),
          List.of());

  private static final PlanReport REPORT =
      new PlanReport(
          "7f3c2a",
          new PlanReport.Summary(1, 1, 0, 0, 0, 1, 1, 1),
          List.of(PROXY, WORKER),
          List.of(new PlanReport.StepLine("310/config", List.of("310/snapshot"), "qm set 310")),
          List.of(
              new Verdict(Rail.EXISTENCE, "210/create", Verdict.Result.ALLOWED, "210 is free"),
              new Verdict(Rail.RAM, "210/create", Verdict.Result.BLOCKED, "pve-02 is full"),
              new Verdict(Rail.SNAPSHOT, "310/snapshot", Verdict.Result.ALLOWED, "310 snapshot"),
              new Verdict(Rail.DESTRUCTIVE, "310/x", Verdict.Result.CONFIRM, "ask first")),
          List.of(
              new Confirmation(
                  "ab12", "vm 310 worker-01", "stop vm 310", new TreeSet<>(), null, Instant.EPOCH)),
          List.of("lxc 105 dns on pve-01"),
          List.of(new Unknown("node pve-03", "offline")),
          new PlanReport.Seen(3, 41, Duration.ofMillis(212)));

  @Test
  void theTerminalFormNamesFieldsValuesAndDisturbance() {
    assertThat(PlanText.of(REPORT, 110, Style.PLAIN, false))
        .isEqualTo(
            """
            Plan 7f3c2a · 1 to create, 1 to change, 0 to destroy, 1 blocked, 1 to confirm, 1 unknown · 3 nodes, 41 guests
            observed in 0.2 s

            + lxc 210 proxy-01 on pve-02     (most headroom: 61 % free after)
                memory  1024 MiB
                rootfs  local-lvm:12
            ~ vm 310 worker-01 on pve-01     1 live, 1 pending until restart
                memory       4096 → 8192 MiB  pending until restart (restart: never; memory is not in hotplug)
                net0.tag     (none) → 30      live
                description  old → (none)     no disturbance

            Rails
              ✓ existence    210 is free
              ✗ ram          pve-02 is full
              + snapshot     310 snapshot
              ! destructive  ask first

            To confirm
              ab12  stop vm 310

            Unknown
              ? node pve-03: offline

            In no manifest, left alone: lxc 105 dns on pve-01 (pivm import adopts)
            """);
  }

  @Test
  void everyWidthIsKeptAndNothingIsCut() {
    for (int width = 40; width <= 140; width += 7) {
      String text = PlanText.of(REPORT, width, Style.PLAIN, false);
      int most = width;
      assertThat(text.lines())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(most));
      String words = text.replaceAll("\\s+", " ");
      assertThat(words.replace(" ", ""))
          .contains("restart:never;memoryisnotinhotplug", "mostheadroom:61%freeafter");
    }
  }

  @Test
  void coloursDoNotMoveAnything() {
    String coloured = PlanText.of(REPORT, 110, Style.COLOUR, false);

    assertThat(coloured).contains("\u001b[");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", ""))
        .isEqualTo(PlanText.of(REPORT, 110, Style.PLAIN, false));
  }

  @Test
  void theJsonFormHoldsWhatProgramsRelyOn() {
    Json.Obj json = PlanJson.of(REPORT);

    assertThat(json.members().keySet())
        .contains("format", "id", "summary", "changes", "steps", "verdicts", "foreign", "unknown");
    assertThat(json.get("summary").asObject().members().keySet())
        .containsExactly(
            "create", "change", "destroy", "start", "stop", "blocked", "confirm", "unknown");
    Json.Obj worker = json.get("changes").objects().get(1);
    assertThat(worker.members().keySet())
        .contains("kind", "vmid", "node", "action", "reason", "fields");
    Json.Obj memory = worker.get("fields").objects().getFirst();
    assertThat(memory.text("path")).isEqualTo("memory");
    assertThat(memory.text("from")).isEqualTo("4096");
    assertThat(memory.text("to")).isEqualTo("8192");
    assertThat(memory.text("effect")).isEqualTo("pending");
    assertThat(json.get("steps").objects().getFirst().members().keySet())
        .containsExactly("id", "after", "command");
    assertThat(json.get("verdicts").objects().get(1).text("result")).isEqualTo("blocked");
  }

  @Test
  void markdownEscapesWhatWouldBreakATable() {
    String text =
        PlanMarkdown.of(
            new PlanReport(
                "1",
                new PlanReport.Summary(0, 1, 0, 0, 0, 0, 0, 0),
                List.of(
                    new Change(
                        "guests",
                        "vm 1",
                        1,
                        null,
                        Action.CHANGE,
                        "drift",
                        List.of(new FieldChange("description", "a|b", "c\nd", Effect.LIVE, "")),
                        List.of())),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new PlanReport.Seen(1, 1, null)));

    assertThat(text).contains("| a\\|b | c d | live |");
  }

  @Test
  void thePageStandsAloneAndSaysTheSame() {
    String page = PlanHtml.of(REPORT);

    assertThat(page)
        .contains("1 to create", "lxc 210 proxy-01 on pve-02", "4096 → 8192 MiB")
        .contains("pending until restart (restart: never; memory is not in hotplug)")
        .contains("✗ blocked:", "pve-02 is full", "ab12  stop vm 310")
        .contains("node pve-03: offline", "lxc 105 dns on pve-01", "qm set 310")
        .contains("width=device-width", "prefers-color-scheme: dark")
        .doesNotContain("<script", "src=", "href=", "url(", "@import");
    assertThat(page.indexOf("pve-02 is full")).isLessThan(page.indexOf("210 is free"));
  }

  @Test
  void whatAGuestIsCalledNeverBecomesMarkup() {
    String evil = "<img src=x onerror=alert(1)>\"'&";
    String page =
        PlanHtml.of(
            new PlanReport(
                evil,
                REPORT.summary(),
                List.of(
                    new Change(
                        "guests",
                        evil,
                        1,
                        evil,
                        Action.CHANGE,
                        evil,
                        List.of(new FieldChange(evil, evil, evil, Effect.LIVE, evil)),
                        List.of(evil))),
                List.of(new PlanReport.StepLine("1", List.of(), evil)),
                List.of(new Verdict(Rail.RAM, null, Verdict.Result.BLOCKED, evil)),
                List.of(),
                List.of(evil),
                List.of(new Unknown(evil, evil)),
                REPORT.seen()));

    assertThat(page)
        .doesNotContain("<img", evil)
        .contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;");
  }

  @Test
  void manyAllowedVerdictsOfOneRailAreCounted() {
    List<Verdict> verdicts =
        java.util.stream.IntStream.range(0, 200)
            .mapToObj(
                i -> new Verdict(Rail.EXISTENCE, "s" + i, Verdict.Result.ALLOWED, i + " is free"))
            .toList();
    String text =
        PlanText.of(
            new PlanReport(
                "1",
                new PlanReport.Summary(0, 0, 0, 0, 0, 0, 0, 0),
                List.of(),
                List.of(),
                verdicts,
                List.of(),
                List.of(),
                List.of(),
                new PlanReport.Seen(1, 1, null)),
            100,
            Style.PLAIN,
            false);

    assertThat(text).contains("and 196 more, all allowed");
  }
}
