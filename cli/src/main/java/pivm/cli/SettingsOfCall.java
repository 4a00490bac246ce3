package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Key;
import pivm.engine.config.Keys;
import pivm.engine.config.Settings;
import pivm.engine.config.Variables;
import pivm.engine.manifest.Finding;

/** Gathers a call's settings from its options, the environment and {@code variables.json}. */
final class SettingsOfCall {
  private static final Map<String, Key> OPTIONS =
      Map.of(
          "--endpoint", Keys.ENDPOINT,
          "--token", Keys.TOKEN,
          "--fingerprint", Keys.FINGERPRINT,
          "--pmxcfs", Keys.PMXCFS,
          "--manifest", Keys.MANIFEST,
          "--parallel", Keys.PARALLEL,
          "--via", Keys.VIA);

  /**
   * @param warn is told each warning
   * @throws Failure when a value is wrong
   */
  static Settings read(Shell shell, Parsed parsed, Consumer<String> warn) {
    Settings settings = unchecked(shell, parsed);
    var errors = settings.findings().stream().filter(SettingsOfCall::isError).toList();
    settings.findings().stream()
        .filter(finding -> !isError(finding))
        .forEach(finding -> warn.accept("warning: " + shown(finding)));
    if (!errors.isEmpty()) {
      throw new Failure(
          Exit.WRONG_USAGE, errors.stream().map(SettingsOfCall::shown).toList(), null);
    }
    return settings;
  }

  static boolean isError(Finding finding) {
    return finding.severity() == Finding.Severity.ERROR;
  }

  static Settings unchecked(Shell shell, Parsed parsed) {
    var options = new HashMap<Key, Map.Entry<String, String>>();
    OPTIONS.forEach((option, key) -> {
      String value = parsed.given(option);
      if (value != null) {
        options.put(key, Map.entry(option, value));
      }
    });
    return Settings.resolve(options, shell.environment(), variables(shell, parsed));
  }

  /** A finding outside a file has no line. */
  static String shown(Finding finding) {
    return finding.place().line() == 0
        ? finding.place().file() + ": " + finding.message()
        : finding.toString();
  }

  private static Variables variables(Shell shell, Parsed parsed) {
    Path file = file(shell, parsed);
    if (file == null) {
      return Variables.none();
    }
    try {
      return Variables.read(shell.relative(file), Files.readString(file));
    } catch (IOException unreadable) {
      throw new Failure(
          Exit.WRONG_USAGE,
          List.of(file + " can't be read: " + Errors.why(unreadable) + "."),
          unreadable);
    }
  }

  /** The named file, else the nearest above the current folder, else PIVM's own. */
  private static @Nullable Path file(Shell shell, Parsed parsed) {
    String named = parsed.given("--variables");
    if (named != null) {
      return shell.directory().resolve(named);
    }
    Path tree = shell.tree();
    for (Path folder : tree == null ? List.of(shell.home()) : List.of(tree, shell.home())) {
      Path file = folder.resolve("variables.json");
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    return null;
  }

  private SettingsOfCall() {}
}
