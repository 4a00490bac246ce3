package pivm.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Declares a command's options, without annotations: reading those would cost every start. */
public final class Options {
  private final CommandSpec spec;
  private final ArgGroupSpec.Builder common =
      ArgGroupSpec.builder().heading("%nCommon options:%n").exclusive(false).validate(false);

  private String label = "";
  private int least;
  private int most;

  private Options(CommandSpec spec) {
    this.spec = spec;
  }

  /** The options of a command, its own and those that all have. */
  static Options of(Command command, CommandSpec spec) {
    var options = new Options(spec);
    command.declare(options);
    options.always().close();
    return options;
  }

  /** A switch. */
  public Options flag(String names, String help) {
    spec.addOption(flagSpec(names, help));
    return this;
  }

  /** An option with a value. */
  public Options value(String names, String label, String help) {
    spec.addOption(valueSpec(names, label, help));
    return this;
  }

  /** An option that may stand several times. */
  public Options values(String names, String label, String help) {
    spec.addOption(
        OptionSpec.builder(names.split(" "))
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(label)
            .description(escape(help))
            .build());
    return this;
  }

  /** What stands on the command line without an option's name. */
  public Options parameters(String label, int least, int most, String help) {
    this.label = label;
    this.least = least;
    this.most = most;
    String many = most > 1 ? label + "…" : label;
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("0..*")
            .paramLabel(least == 0 ? "[" + many + "]" : many)
            .hideParamSyntax(true)
            .description(escape(help))
            .build());
    return this;
  }

  /** What is wrong with the number of parameters; null when nothing is. */
  @Nullable String fault(List<String> parameters) {
    if (parameters.size() < least) {
      return label + " is missing";
    }
    return parameters.size() > most ? "too many words: " + parameters.get(most) : null;
  }

  /** Adds how Proxmox is reached. */
  public Options connection() {
    common(
        valueSpec(
            "--endpoint", "URL", "Proxmox VE, such as https://pve-01:8006 (or PIVM_ENDPOINT)"));
    common(
        valueSpec(
            "--token",
            "REFERENCE",
            "where the API token is: env:NAME, file:PATH or systemd:NAME (or the token itself in"
                + " PIVM_TOKEN)"));
    common(
        valueSpec(
            "--fingerprint",
            "SHA256",
            "the certificate to accept, whoever signed it (or PIVM_FINGERPRINT)"));
    common(
        valueSpec(
            "--pmxcfs", "PATH", "read the cluster file system: /etc/pve on a node, or a copy"));
    common(
        valueSpec("--via", "WAY", "api (default), or cli: the commands of the node that this is"));
    return this;
  }

  /** Adds which manifests are meant. */
  public Options manifest() {
    common(
        valueSpec(
            "--manifest", "PATH", "a manifest, or a folder of them; default: this folder's tree"));
    return this;
  }

  private Options always() {
    common(valueSpec("--variables", "FILE", "the variables.json to use"));
    common(valueSpec("--output", "FORMAT", "table, json or markdown"));
    common(flagSpec("--json", "the same as --output json"));
    common(flagSpec("-q --quiet", "no progress, only results and errors"));
    common(flagSpec("--debug", "show where an error comes from"));
    common(flagSpec("-h --help", "show this"));
    return this;
  }

  private void close() {
    if (!spec.options().isEmpty()) {
      spec.usageMessage().optionListHeading("%nOptions:%n");
    }
    spec.addArgGroup(common.build());
  }

  private void common(OptionSpec option) {
    common.addArg(option);
  }

  private static OptionSpec flagSpec(String names, String help) {
    return OptionSpec.builder(names.split(" "))
        .type(boolean.class)
        .arity("0")
        .description(escape(help))
        .build();
  }

  private static OptionSpec valueSpec(String names, String label, String help) {
    return OptionSpec.builder(names.split(" "))
        .type(String.class)
        .paramLabel(label)
        .description(escape(help))
        .build();
  }

  /** Picocli formats descriptions with printf's rules. */
  static String escape(String text) {
    return text.replace("%", "%%");
  }
}
