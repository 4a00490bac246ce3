package pivm.cli;

import java.util.List;
import pivm.engine.config.Keys;
import pivm.engine.config.Settings;
import pivm.engine.manifest.Finding;
import pivm.engine.report.Table;

/** {@code pivm config}: also with wrong values, which it then tells. */
final class ConfigCommand implements Command {

  @Override
  public void declare(Options options) {
    options.parameters("SECTION", 0, 1, "only the settings of this section").connection();
    options.manifest();
  }

  @Override
  public Exit run(Call call) {
    List<String> sections = call.parsed().parameters();
    if (!sections.isEmpty() && !Keys.SECTIONS.contains(sections.getFirst())) {
      throw call.parsed()
          .usage(
              "there is no section "
                  + sections.getFirst()
                  + "; there are "
                  + String.join(", ", Keys.SECTIONS));
    }
    Settings settings = SettingsOfCall.unchecked(call.shell(), call.parsed());
    Table.Builder table = Table.of("Setting", "Value", "From", "Environment");
    for (Settings.Value value : settings.all()) {
      if (sections.isEmpty() || value.key().section().equals(sections.getFirst())) {
        table.row(
            value.key().path(), value.shown(), value.source().label(), value.key().variable());
      }
    }
    call.output().table(table.build());
    return findings(call, settings.findings());
  }

  private static Exit findings(Call call, List<Finding> findings) {
    for (Finding finding : findings) {
      boolean error = SettingsOfCall.isError(finding);
      if (error || !call.quiet()) {
        call.shell()
            .err()
            .println((error ? "error: " : "warning: ") + SettingsOfCall.shown(finding));
      }
    }
    return findings.stream().anyMatch(SettingsOfCall::isError) ? Exit.WRONG_USAGE : Exit.DONE;
  }
}
