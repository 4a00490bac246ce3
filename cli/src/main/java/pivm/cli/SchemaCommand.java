package pivm.cli;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import pivm.engine.manifest.GuestSchema;
import pivm.engine.manifest.ImageSchema;
import pivm.engine.manifest.KnownKeys;
import pivm.engine.manifest.NetworkSchema;
import pivm.engine.manifest.UpdateSchema;

/** {@code pivm schema}: the JSON Schema that editors check and complete manifests by. */
final class SchemaCommand implements Command {
  private static final SortedMap<String, Supplier<String>> ALL =
      new TreeMap<>(
          Map.of(
              "guest",
              () -> GuestSchema.text(KnownKeys.builtIn()),
              "images",
              ImageSchema::text,
              "network",
              NetworkSchema::text,
              "containers",
              UpdateSchema::containers,
              "hosts",
              UpdateSchema::hosts));

  @Override
  public void declare(Options options) {
    options.parameters("KIND", 1, 1, String.join(" or ", ALL.keySet()));
  }

  @Override
  public Exit run(Call call) {
    String kind = call.parsed().parameters().getFirst();
    Supplier<String> schema = ALL.get(kind);
    if (schema == null) {
      throw call.parsed()
          .usage("there is no schema " + kind + "; there is " + String.join(", ", ALL.keySet()));
    }
    call.output().text(schema.get().stripTrailing() + "\n");
    return Exit.DONE;
  }
}
