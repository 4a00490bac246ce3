package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.ManifestEditor;
import pivm.engine.manifest.ManifestReader;
import pivm.proxmox.json.Json;

/** {@code pivm guest add} and {@code guest set}: edit the manifest, the rest of it untouched. */
final class GuestAddCommand implements Command {
  static final String FIELDS =
      "fields as in the manifest: memory=2048 storage=local-lvm:12 options.onboot=1; FIELD= takes"
          + " one out";

  private final boolean add;

  GuestAddCommand(boolean add) {
    this.add = add;
  }

  @Override
  public void declare(Options options) {
    options.parameters("VMID FIELD=VALUE", 2, Integer.MAX_VALUE, FIELDS).connection().manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    int vmid = call.parsed().vmid(0);
    Manifests manifests = Manifests.of(call);
    Path declaring = manifests.declaring(vmid);
    if (add && declaring != null) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "Guest " + vmid + " is in " + call.shell().relative(declaring) + " already.",
              "Change it with: pivm guest set " + vmid + " FIELD=VALUE"),
          null);
    }
    if (!add && declaring == null) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "Guest " + vmid + " is in no manifest, so there is nothing to set.",
              "Adopt it first: pivm import " + vmid + "; to change it once: --direct"),
          null);
    }
    Path file = declaring == null ? manifests.main() : declaring;
    String text = Files.exists(file) ? Files.readString(file) : "[]\n";
    if (add) {
      text =
          ManifestEditor.add(text, Json.object().put("type", type(call)).put("vmid", vmid).build());
    }
    String edited = edited(call, text, vmid);
    check(call, file, edited);
    SafeFile.write(file, edited);
    call.output()
        .line(
            (add ? "Added to " : "Set in ")
                + call.shell().relative(file)
                + ". Next: pivm plan, then pivm apply.");
    return Exit.DONE;
  }

  private static String type(Call call) {
    for (String field : fields(call)) {
      if (field.startsWith("type=")) {
        return field.substring("type=".length());
      }
    }
    throw call.parsed().usage("a new guest needs type=lxc or type=vm");
  }

  private static List<String> fields(Call call) {
    List<String> words = call.parsed().parameters();
    return words.subList(1, words.size());
  }

  /** The manifest with the fields that the command line gives. */
  static String edited(Call call, String text, int vmid) {
    String edited = text;
    for (String field : fields(call)) {
      int equals = field.indexOf('=');
      if (equals < 1) {
        throw call.parsed().usage(field + " is no FIELD=VALUE");
      }
      List<String> path = List.of(field.substring(0, equals).split("\\."));
      String value = field.substring(equals + 1);
      edited =
          value.isEmpty()
              ? ManifestEditor.unset(edited, vmid, path)
              : ManifestEditor.set(edited, vmid, path, json(value));
    }
    return edited;
  }

  /** Numbers and true or false as such, everything else as text. */
  private static Json json(String value) {
    if (value.matches("0|[1-9][0-9]{0,14}")) {
      return new Json.Num(value);
    }
    return switch (value) {
      case "true" -> Json.of(true);
      case "false" -> Json.of(false);
      case "null" -> Json.Null.NULL;
      default -> new Json.Str(value);
    };
  }

  /** A manifest that would not be valid is not written. */
  private static void check(Call call, Path file, String edited) {
    ManifestReader.Result result =
        ManifestReader.read(
            List.of(new ManifestReader.Source(call.shell().relative(file), edited)),
            NewerKeys.of(call));
    if (result.hasErrors()) {
      var lines =
          new ArrayList<>(
              result.findings().stream()
                  .filter(SettingsOfCall::isError)
                  .map(Finding::toString)
                  .toList());
      lines.add("Nothing was written.");
      throw new Failure(Exit.BAD_MANIFEST, lines, null);
    }
  }
}
