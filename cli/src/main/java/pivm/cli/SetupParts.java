package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.manifest.ImageReader;
import pivm.engine.setup.FilePart;
import pivm.engine.setup.FolderPart;
import pivm.engine.setup.GitPart;
import pivm.engine.setup.GrantPart;
import pivm.engine.setup.Job;
import pivm.engine.setup.Layout;
import pivm.engine.setup.LinkPart;
import pivm.engine.setup.Part;
import pivm.engine.setup.PivmRole;
import pivm.engine.setup.RolePart;
import pivm.engine.setup.SettingsPart;
import pivm.engine.setup.SetupRecord;
import pivm.engine.setup.TimerPart;
import pivm.engine.setup.TokenPart;
import pivm.engine.setup.UnitFiles;
import pivm.engine.setup.UserPart;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.command.CommandRunner;
import pivm.proxmox.json.Json;

/** The parts of a set-up, in the order in which they are made. */
final class SetupParts {
  private static final String OF_ROOT = "rw-r--r--";
  private static final String PROGRAM = "rwxr-xr-x";

  private final Call call;
  private final Machine machine;
  private final Layout layout;
  private final List<Job> jobs;

  SetupParts(Call call, Machine machine, List<Job> jobs) {
    this.call = call;
    this.machine = machine;
    this.layout = machine.layout();
    this.jobs = List.copyOf(jobs);
  }

  /**
   * All of them, but for timers that change something.
   *
   * @param storage where new guests' disks go; null for no default
   */
  List<Part> all(@Nullable String storage) throws IOException {
    List<Part> parts = new ArrayList<>();
    parts.add(folder(layout.logs(), "rwxr-x---", true));
    parts.add(folder(layout.install(), PROGRAM, true));
    parts.add(
        new GitPart(
            layout.at(layout.install()),
            layout.install(),
            repository(),
            CommandRunner.local(null)));
    tree(storage, parts);
    parts.add(
        new LinkPart(
            layout.at(layout.install() + "/pivm"),
            layout.install() + "/pivm",
            Layout.PROGRAM,
            true));
    Proxmox root = call.parsed().has("--no-proxmox") ? null : machine.proxmox();
    if (root != null && machine.node() != null) {
      proxmox(root, machine.node(), parts);
    }
    for (String folder : List.of("/etc/default", "/etc/logrotate.d", Layout.ENABLED)) {
      parts.add(folder(folder, PROGRAM, false));
    }
    if (!layout.install().equals(Layout.USUAL_INSTALL)) {
      parts.add(generated(Layout.DEFAULTS, "INSTALL_DIR=" + layout.install() + "\n"));
    }
    parts.addAll(written());
    if (machine.node() != null || call.settings().text(Keys.ENDPOINT) != null) {
      // without a cluster it would only fail every quarter of an hour
      jobs.stream().filter(job -> !job.changes()).map(this::timer).forEach(parts::add);
    }
    return parts;
  }

  private @Nullable String repository() {
    String named = call.parsed().text("--repo");
    return named == null ? call.settings().text(Keys.REPO_URL) : named;
  }

  /** What switches on the timers that change something. */
  List<TimerPart> changingTimers() {
    return jobs.stream().filter(Job::changes).map(this::timer).toList();
  }

  List<TimerPart> timers() {
    return jobs.stream().map(this::timer).toList();
  }

  private TimerPart timer(Job job) {
    return new TimerPart(layout.at(Layout.UNITS), job.timer(), machine.systemd());
  }

  private void tree(@Nullable String storage, List<Part> parts) throws IOException {
    SequencedSet<String> folders = new java.util.LinkedHashSet<>();
    List<Part> files = new ArrayList<>();
    for (ManifestTree.Item item : ManifestTree.items(call.shell(), storage)) {
      for (Path above = Path.of(item.name()).getParent();
          above != null;
          above = above.getParent()) {
        folders.add(above.toString());
      }
      String path = layout.install() + "/" + item.name();
      files.add(
          new FilePart(
              layout.at(path), path, item.text(), item.executable() ? PROGRAM : OF_ROOT, "", true));
    }
    folders.stream()
        .sorted()
        .forEach(name -> parts.add(folder(layout.install() + "/" + name, PROGRAM, true)));
    parts.addAll(files);
  }

  private void proxmox(Proxmox root, NodeAccess node, List<Part> parts) throws IOException {
    String[] before =
        recorded("token", SetupRecord.Entry::name, "pivm@pve!pivm-" + node.node()).split("!", 2);
    String user = call.parsed().text("--user", before[0]);
    String token = call.parsed().text("--token-name", before[before.length - 1]);
    String role =
        call.parsed().text("--role", recorded("role", SetupRecord.Entry::name, PivmRole.NAME));
    var privileges = new ArrayList<>(PivmRole.PRIVILEGES);
    privileges.addAll(optional());
    forImages().stream().filter(one -> !privileges.contains(one)).forEach(privileges::add);
    parts.add(new RolePart(root, role, privileges, user));
    parts.add(new UserPart(root, user, machine.made()));
    parts.add(new GrantPart(root, user, role));
    parts.add(
        new TokenPart(
            root,
            user,
            token,
            layout.at(layout.tokenFile()),
            layout.tokenFile(),
            machine.made(),
            call.parsed().has("--new-token")));
    settings(root, node, parts);
  }

  /** What an earlier set-up was told holds until another is told. */
  private String recorded(
      String what, Function<SetupRecord.Entry, String> which, String otherwise) {
    return machine.made().entries().stream()
        .filter(entry -> entry.what().equals(what))
        .map(which)
        .reduce((_, last) -> last)
        .orElse(otherwise);
  }

  private List<String> optional() {
    List<String> more = call.parsed().texts("--also");
    for (String privilege : more) {
      if (!PivmRole.OPTIONAL.containsKey(privilege)) {
        throw call.parsed()
            .usage(
                "--also is "
                    + privilege
                    + "; it must be one of "
                    + String.join(", ", PivmRole.OPTIONAL.keySet()));
      }
    }
    return more;
  }

  /** What is wrong with a manifest is told elsewhere. */
  private List<String> forImages() throws IOException {
    Path manifest = layout.at(layout.install() + "/" + ImageManifests.PLACE);
    if (!Files.isRegularFile(manifest)) {
      return List.of();
    }
    ImageReader.Result read = ImageReader.read(manifest.toString(), Files.readString(manifest));
    return PivmRole.forImages(read.images());
  }

  private void settings(Proxmox root, NodeAccess node, List<Part> parts) {
    var wanted = new LinkedHashMap<String, Json>();
    wanted.put("proxmox.endpoint", Json.of("https://127.0.0.1:8006"));
    wanted.put("proxmox.token", Json.object().put("secret", "file:" + layout.tokenFile()).build());
    String fingerprint = fingerprint(root, node);
    if (fingerprint != null) {
      wanted.put("proxmox.fingerprint", Json.of(fingerprint));
    }
    wanted.put("proxmox.pmxcfs", Json.of(node.pmxcfs().toString()));
    String path = layout.install() + "/variables.json";
    parts.add(new SettingsPart(layout.at(path), path, wanted, List.of("proxmox.fingerprint")));
  }

  /**
   * That of the certificate that the node's API shows: an own one where there is one (pve-manager,
   * PVE/Service/pveproxy.pm).
   */
  static @Nullable String fingerprint(Proxmox root, NodeAccess node) {
    String cluster = null;
    for (Json one :
        root.call(ApiCall.get("/nodes/" + node.node() + "/certificates/info")).elements()) {
      Json.Obj certificate = one.asObject();
      String file = certificate.text("filename", "");
      if (file.equals("pveproxy-ssl.pem")) {
        return certificate.text("fingerprint");
      }
      if (file.equals("pve-ssl.pem")) {
        cluster = certificate.text("fingerprint");
      }
    }
    return cluster;
  }

  /** The units and the rotation of the log, as they are to be. */
  List<Part> written() {
    var texts = new UnitFiles(layout, lock());
    List<Part> parts = new ArrayList<>();
    parts.add(generated("/etc/logrotate.d/pivm", texts.rotation()));
    for (Job job : jobs) {
      parts.add(generated(layout.unit(job.service()), texts.service(job)));
      parts.add(generated(layout.unit(job.timer()), texts.timer(job)));
    }
    return parts;
  }

  private String lock() {
    return Machine.text(call.settings(), Keys.LOCK_FILE, "/run/pivm/timers.lock");
  }

  private FilePart generated(String path, String text) {
    String written =
        machine.made().entries().stream()
            .filter(entry -> entry.what().equals("file") && entry.name().equals(path))
            .map(SetupRecord.Entry::detail)
            .findFirst()
            .orElse("");
    return new FilePart(layout.at(path), path, text, OF_ROOT, written, false);
  }

  private FolderPart folder(String path, String mode, boolean kept) {
    return new FolderPart(layout.at(path), path, mode, kept);
  }
}
