package pivm.proxmox.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes the tables anew from a recorded schema: {@code java … pivm.proxmox.schema.TableTool
 * RECORDS RESOURCES}.
 */
public final class TableTool {
  private TableTool() {}

  public static void main(String[] arguments) throws IOException {
    for (var table : tables(Path.of(arguments[0])).entrySet()) {
      Files.writeString(Path.of(arguments[1]).resolve(table.getKey()), table.getValue());
    }
  }

  /** Content by file name. */
  static Map<String, String> tables(Path records) {
    var guests = SharedFacts.read(records, "guest-config-properties.json");
    return Map.of(
        "guest-keys.tsv", GuestKeyTable.make(guests),
        "api-calls.tsv", ApiCallTable.make(SharedFacts.read(records, "api-schema.json"), guests));
  }
}
