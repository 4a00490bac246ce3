package pivm.cli;

import pivm.engine.manifest.GuestSchema;
import pivm.engine.manifest.KnownKeys;

/** {@code pivm schema}: the JSON Schema that editors check and complete manifests by. */
final class SchemaCommand implements Command {

  @Override
  public void declare(Options options) {
    options.parameters("KIND", 1, 1, "guest");
  }

  @Override
  public Exit run(Call call) {
    String kind = call.parsed().parameters().getFirst();
    if (!kind.equals("guest")) {
      throw call.parsed().usage("there is no schema " + kind + "; there is guest");
    }
    call.output().text(GuestSchema.text(KnownKeys.builtIn()).stripTrailing() + "\n");
    return Exit.DONE;
  }
}
