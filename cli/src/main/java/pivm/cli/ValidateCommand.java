package pivm.cli;

import java.io.IOException;
import java.util.List;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.ManifestReader;
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
    Output output = call.output();
    if (output.json()) {
      output.json(
          Json.object()
              .put("valid", !result.hasErrors())
              .put("guests", result.desired().guests().size())
              .put("findings", Json.array(result.findings().stream().map(this::form).toList()))
              .build());
    } else {
      result.findings().forEach(finding -> output.line(word(finding) + ": " + finding));
      List<String> files = manifests.files().stream().map(call.shell()::relative).toList();
      output.line(
          (result.hasErrors() ? "Not valid: " : "Valid: ")
              + result.desired().guests().size()
              + " guests declared in "
              + (files.isEmpty() ? "no file" : String.join(", ", files)));
    }
    return result.hasErrors() ? Exit.BAD_MANIFEST : Exit.DONE;
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
