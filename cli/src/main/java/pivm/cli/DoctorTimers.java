package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import pivm.engine.setup.Job;
import pivm.engine.setup.Layout;
import pivm.engine.setup.Part;
import pivm.engine.setup.TimerPart;
import pivm.proxmox.command.CommandRunner;

/** Whether the units are as they should be, and how their last runs ended. */
final class DoctorTimers {
  private final Call call;
  private final DoctorReport report;
  private final CommandRunner commands = CommandRunner.local(null);

  DoctorTimers(Call call, DoctorReport report) {
    this.call = call;
    this.report = report;
  }

  /** Nothing to say where there was no set-up, or nobody may read of it. */
  void check() throws IOException {
    if (!Machine.isSetUp(call)) {
      return;
    }
    Machine machine = Machine.unchecked(call);
    Layout layout = machine.layout();
    List<Job> jobs = new ArrayList<>();
    try {
      jobs.addAll(Jobs.of(call, layout));
    } catch (Failure wrong) {
      report.bad("schedules", wrong.lines().getFirst());
      return;
    }
    units(new SetupParts(call, machine, jobs));
    for (Job job : jobs) {
      timer(layout, job);
    }
  }

  private void units(SetupParts parts) throws IOException {
    List<String> stale = new ArrayList<>();
    for (Part unit : parts.written()) {
      if (unit.look().state() != Part.State.THERE) {
        stale.add(unit.name());
      }
    }
    if (stale.isEmpty()) {
      report.fine("units", "as settings and schedules say");
    } else {
      report.bad("units", "differ from it: " + String.join(", ", stale) + "; pivm setup mends it");
    }
  }

  private void timer(Layout layout, Job job) throws IOException {
    boolean on = TimerPart.isOn(layout, job);
    Map<String, String> last = show(job.service(), "Result,ExecMainStatus,ExecMainExitTimestamp");
    String at = last.getOrDefault("ExecMainExitTimestamp", "");
    String end = at.isEmpty() ? "has not run yet" : "last ended " + at;
    String next =
        show(job.timer(), "NextElapseUSecRealtime").getOrDefault("NextElapseUSecRealtime", "");
    String detail =
        (on ? "on, " + job.calendar() : "off")
            + "; "
            + end
            + (next.isEmpty() ? "" : "; next " + next);
    if (!at.isEmpty() && !last.getOrDefault("Result", "success").equals("success")) {
      report.bad(
          job.timer(),
          detail
              + " with exit code "
              + last.getOrDefault("ExecMainStatus", "?")
              + ": "
              + layout.log());
    } else if (on) {
      report.fine(job.timer(), detail);
    } else {
      report.note(job.timer(), detail + "; systemctl enable --now " + job.timer());
    }
  }

  private Map<String, String> show(String unit, String properties) throws IOException {
    Map<String, String> values = new HashMap<>();
    if (!Files.isDirectory(Path.of("/run/systemd/system"))) {
      return values;
    }
    try {
      CommandRunner.Result result =
          commands.run(List.of("systemctl", "show", unit, "--property=" + properties));
      for (String line : result.output().split("\n")) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          values.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
      return values;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
