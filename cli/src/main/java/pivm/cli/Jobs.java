package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Key;
import pivm.engine.config.Keys;
import pivm.engine.config.Settings;
import pivm.engine.setup.Job;
import pivm.engine.setup.Job.Confinement;
import pivm.engine.setup.Layout;
import pivm.engine.setup.Schedules;

/** What runs on a schedule, with the schedules as settings and manifests have them. */
final class Jobs {
  private final Settings settings;
  private final Path tree;
  private final Path shipped;
  private final Catalogue catalogue = new Catalogue();

  /**
   * @param tree the folder of manifests
   * @param shipped what stands there where a manifest is still missing
   */
  Jobs(Settings settings, Path tree, Path shipped) {
    this.settings = settings;
    this.tree = tree;
    this.shipped = shipped;
  }

  /**
   * The jobs of a machine that PIVM is set up on, or will be.
   *
   * @throws Failure when a schedule is none
   */
  static List<Job> of(Call call, Layout layout) throws IOException {
    return new Jobs(call.settings(), layout.at(layout.install()), call.shell().shipped()).all();
  }

  /**
   * All jobs.
   *
   * @throws Failure when a schedule is none
   */
  List<Job> all() throws IOException {
    List<Job> jobs = new ArrayList<>();
    jobs.add(
        job(
            Keys.SVC_DRIFT,
            "looks for drift",
            "drift --detailed-exitcode --quiet",
            set(Keys.DRIFT_SCHEDULE),
            "30s",
            Confinement.READER));
    jobs.add(
        job(
            Keys.SVC_IAC,
            "applies declared guests",
            "apply guests --quiet",
            set(Keys.SCHEDULE),
            "30s",
            Confinement.GUESTS));
    add(
        jobs,
        Keys.SVC_ISO,
        "fetches declared images",
        "images sync",
        in("storage/host/proxmox_iso_sync.json", "*-*-* 03:00"),
        Confinement.GUESTS);
    add(
        jobs,
        Keys.SVC_HOST_UP,
        "updates hosts",
        "update hosts",
        in("compute/host/proxmox_autoupdate.json", "Sun 04:00"),
        Confinement.PACKAGES);
    add(
        jobs,
        Keys.SVC_LXC_UP,
        "patches containers",
        // One container that can't be protected doesn't keep the others from their fixes.
        "update containers --skip-blocked",
        in("compute/guest/proxmox_lxc_autoupdate.json", "Sun 01:00"),
        Confinement.PACKAGES);
    return jobs;
  }

  /** A job whose command this PIVM has. */
  private void add(
      List<Job> jobs,
      Key unit,
      String title,
      String command,
      String calendar,
      Confinement confinement) {
    if (catalogue.find(List.of(command.split(" --")[0].split(" "))) != null) {
      jobs.add(job(unit, title, command + " --quiet", calendar, "10min", confinement));
    }
  }

  private Job job(
      Key unit,
      String title,
      String command,
      String calendar,
      String delay,
      Confinement confinement) {
    return new Job(
        set(unit),
        title,
        List.of(command.split(" ")),
        calendar,
        delay,
        confinement != Confinement.READER,
        confinement);
  }

  private String set(Key key) {
    String text = settings.text(key);
    if (text == null) {
      throw new IllegalStateException(key.path() + " has no default");
    }
    return text;
  }

  private String in(String manifest, String usual) throws IOException {
    try {
      return Schedules.of(manifest, text(manifest), usual);
    } catch (IllegalArgumentException wrong) {
      throw new Failure(
          Exit.BAD_MANIFEST, List.of(wrong.getMessage() + ".", "Nothing was changed."), wrong);
    }
  }

  private @Nullable String text(String manifest) throws IOException {
    for (Path folder : List.of(tree, shipped)) {
      Path file = folder.resolve(manifest);
      if (Files.isRegularFile(file)) {
        return Files.readString(file);
      }
    }
    return null;
  }
}
