package pivm.cli;

import pivm.proxmox.json.Json;

/** {@code pivm version}. */
final class VersionCommand implements Command {

  /** PIVM's version, as the build wrote it into the jar. */
  static String version() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  @Override
  public Exit run(Call call) {
    String java = Runtime.version().toString();
    Output output = call.output();
    if (output.json()) {
      output.json(Json.object().put("pivm", version()).put("java", java).build());
    } else {
      output.line("PIVM " + version() + " (Java " + java + ")");
    }
    return Exit.DONE;
  }
}
