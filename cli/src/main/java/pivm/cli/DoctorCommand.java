package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.History;
import pivm.engine.inventory.Inventory;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.report.Table;
import pivm.proxmox.ProxmoxException;

/** {@code pivm doctor}: checks what a plan and an apply rest on, one thing a line. */
final class DoctorCommand implements Command {
  private final Table.Builder table = Table.of("Check", "Result", "Detail");
  private boolean sound = true;

  @Override
  public void declare(Options options) {
    options.connection().manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    fine("java", Runtime.version().toString());
    manifests(call);
    state(StateFolder.of(call.shell(), call.settings()));
    cluster(call);
    call.output().table(table.build());
    return sound ? Exit.DONE : Exit.FAILED;
  }

  private void manifests(Call call) throws IOException {
    try {
      int guests = Manifests.desired(call).guests().size();
      fine("manifests", guests + " guests declared");
    } catch (Failure wrong) {
      bad("manifests", wrong.lines().getFirst());
    }
  }

  private void state(Path folder) {
    Path there = folder;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (Files.isDirectory(there) && Files.isWritable(there)) {
      fine("state folder", folder.toString());
    } else {
      bad("state folder", folder + " can't be written; setup.STATE_DIR names another");
      return;
    }
    int open = new History(folder).unfinished().size();
    if (open > 0) {
      bad("history", open + " runs did not end; pivm resume settles them");
    }
  }

  private void cluster(Call call) {
    try (Connection connection = Connection.open(call)) {
      Inventory seen = connection.observer().observe(ObservationRequest.of(new TreeSet<>()));
      fine("Proxmox VE", seen.cluster().version() + " at " + connection.place());
      quorum(seen.cluster().quorate());
      right(seen, "/vms", "VM.Audit");
      right(seen, "/nodes", "Sys.Audit");
      right(seen, "/storage", "Datastore.Audit");
      seen.unknown().forEach(one -> bad(one.subject(), one.reason()));
    } catch (Failure unconnected) {
      bad("Proxmox VE", unconnected.lines().getFirst());
    } catch (ProxmoxException refused) {
      ProxmoxFailure.lines(refused).forEach(line -> bad("Proxmox VE", line));
    }
  }

  private void quorum(@Nullable Boolean quorate) {
    if (Boolean.FALSE.equals(quorate)) {
      bad("quorum", "the cluster has none; nothing can be written");
    } else {
      fine("quorum", quorate == null ? "not known" : "yes");
    }
  }

  private void right(Inventory seen, String path, String privilege) {
    if (seen.rights().has(path, privilege)) {
      fine(privilege, "on " + path);
    } else {
      bad(privilege, "missing on " + path + ": pveum acl modify " + path + " …");
    }
  }

  private void fine(String what, String detail) {
    table.row(what, "ok", detail);
  }

  private void bad(String what, String detail) {
    sound = false;
    table.row(what, "WRONG", detail);
  }
}
