package pivm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.ImageReader;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.manifest.NetworkReader;
import pivm.engine.plan.Counted;
import pivm.proxmox.json.Json;

/** {@code pivm validate}: needs no Proxmox. */
final class ValidateCommand implements Command {

  @Override
  public void declare(Options options) {
    options.manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    Manifests manifests = Manifests.of(call);
    ManifestReader.Result result = manifests.read(NewerKeys.remembered(call));
    ImageReader.Result images = ImageManifests.read(call);
    NetworkReader.Result network = NetworkManifest.read(call, false);
    var findings = new ArrayList<>(result.findings());
    findings.addAll(images.findings());
    if (network != null) {
      findings.addAll(network.findings());
    }
    if (call.parsed().given("--manifest") == null) {
      findings.addAll(UpdateFiles.findings(call));
    }
    boolean wrong = findings.stream().anyMatch(SettingsOfCall::isError);
    Output output = call.output();
    if (output.json()) {
      output.json(
          Json.object()
              .put("valid", !wrong)
              .put("guests", result.desired().guests().size())
              .put("images", images.images().images().size())
              .put("findings", Json.array(findings.stream().map(this::form).toList()))
              .build());
    } else {
      findings.forEach(finding -> output.line(word(finding) + ": " + finding));
      output.line(
          (wrong ? "Not valid: " : "Valid: ")
              + declared(call, manifests, result, images)
              + networks(call, network));
    }
    return wrong ? Exit.BAD_MANIFEST : Exit.DONE;
  }

  private static String declared(
      Call call, Manifests manifests, ManifestReader.Result guests, ImageReader.Result images)
      throws IOException {
    List<String> files =
        new ArrayList<>(manifests.files().stream().map(call.shell()::relative).toList());
    Path file = ImageManifests.file(call);
    int declared = images.images().images().size();
    if (file != null && declared > 0) {
      files.add(call.shell().relative(file));
    }
    return Counted.of(guests.desired().guests().size(), "guest")
        + (declared == 0 ? "" : " and " + Counted.of(declared, "image"))
        + " declared in "
        + (files.isEmpty() ? "no file" : String.join(", ", files));
  }

  private static String networks(Call call, NetworkReader.@Nullable Result network)
      throws IOException {
    Path file = NetworkManifest.find(call, false);
    return network == null || file == null ? "" : "; networks in " + call.shell().relative(file);
  }

  private static String word(Finding finding) {
    return SettingsOfCall.isError(finding) ? "error" : "warning";
  }

  private Json.Obj form(Finding finding) {
    return Json.object()
        .put("severity", word(finding))
        .put("file", finding.place().file())
        .put("line", finding.place().line())
        .put("column", finding.place().column())
        .put("subject", finding.subject())
        .put("message", finding.message())
        .build();
  }
}
