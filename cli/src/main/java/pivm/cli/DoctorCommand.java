package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.History;
import pivm.engine.inventory.Inventory;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.plan.Counted;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;

/** {@code pivm doctor}: checks what a plan, an apply and the timers rest on. */
final class DoctorCommand implements Command {
  private static final long LEAST_SPACE = 200L << 20;

  private final DoctorReport report = new DoctorReport();

  @Override
  public void declare(Options options) {
    options.connection().manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    report.fine("pivm", VersionCommand.version() + ", Java " + Runtime.version());
    manifests(call);
    state(StateFolder.of(call.shell(), call.settings()));
    cluster(call);
    new DoctorTimers(call, report).check();
    call.output().table(report.table());
    return report.sound() ? Exit.DONE : Exit.FAILED;
  }

  private void manifests(Call call) throws IOException {
    try {
      int guests = Manifests.desired(call).guests().size();
      report.fine("manifests", Counted.of(guests, "guest") + " declared");
    } catch (Failure wrong) {
      report.bad("manifests", wrong.lines().getFirst());
    }
  }

  private void state(Path folder) throws IOException {
    Path there = folder;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      report.bad("state folder", folder + " can't be written; setup.STATE_DIR names another");
      return;
    }
    long free = Files.getFileStore(there).getUsableSpace();
    if (free < LEAST_SPACE) {
      report.bad(
          "state folder",
          folder + " has only " + (free >> 20) + " MiB free; make room for records");
    } else {
      report.fine("state folder", folder + ", " + Units.bytes(free) + " free");
    }
    int open = new History(folder).unfinished().size();
    if (open > 0) {
      report.bad("history", open + " runs did not end; pivm resume settles them");
    }
  }

  private void cluster(Call call) {
    try (Connection connection = Connection.open(call)) {
      Inventory seen = connection.observer().observe(ObservationRequest.of(new TreeSet<>()));
      String version = version(seen, connection);
      report.fine(
          "Proxmox VE", (version.isEmpty() ? "" : version + " ") + "at " + connection.place());
      quorum(seen.cluster().quorate());
      new DoctorAccess(call, connection, seen, report).check();
      seen.unknown().forEach(one -> report.bad(one.subject(), one.reason()));
    } catch (Failure unconnected) {
      report.bad("Proxmox VE", unconnected.lines().getFirst());
    } catch (ProxmoxException refused) {
      ProxmoxFailure.lines(refused).forEach(line -> report.bad("Proxmox VE", line));
    }
  }

  /** The cluster's files do not tell it. */
  private static String version(Inventory seen, Connection connection) {
    return seen.cluster().version().isEmpty() && connection.user() != null
        ? connection.proxmox().call(ApiCall.get("/version")).asObject().text("version", "")
        : seen.cluster().version();
  }

  private void quorum(@Nullable Boolean quorate) {
    if (Boolean.FALSE.equals(quorate)) {
      report.bad("quorum", "the cluster has none; nothing can be written");
    } else {
      report.fine("quorum", quorate == null ? "not known" : "yes");
    }
  }
}
