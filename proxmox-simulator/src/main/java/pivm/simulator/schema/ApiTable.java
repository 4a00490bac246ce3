package pivm.simulator.schema;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls that the simulator serves and the property strings they use, read from {@code
 * api-table.tsv}. The rows are: {@code M} a method, {@code P} its parameters, {@code F} a property
 * string, {@code S} its parts.
 */
public final class ApiTable {
  private static final String RESOURCE = "api-table.tsv";
  private static final int COLUMNS = 18;

  private final Map<String, Method> methods = new LinkedHashMap<>();
  private final Map<String, Map<String, Parameter>> propertyStrings = new HashMap<>();

  private ApiTable() {}

  /** The table of this build; read once. */
  public static ApiTable get() {
    return Holder.TABLE;
  }

  public @Nullable Method method(String verb, String pathTemplate) {
    return methods.get(verb + " " + pathTemplate);
  }

  public Collection<Method> methods() {
    return methods.values();
  }

  @Nullable Map<String, Parameter> propertyString(String format) {
    return propertyStrings.get(format);
  }

  /** The property string behind a parameter such as {@code net0}, for reading and printing it. */
  public PropertyString propertyStringOf(String verb, String pathTemplate, String parameter) {
    var method = method(verb, pathTemplate);
    var found = method == null ? null : method.find(parameter);
    var parts = found == null || found.format() == null ? null : propertyString(found.format());
    if (parts == null) {
      throw new IllegalArgumentException(parameter + " is no property string");
    }
    return new PropertyString(parts);
  }

  private void read(BufferedReader lines) throws IOException {
    Method method = null;
    Map<String, Parameter> parts = Map.of();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      var column = line.split("\t", -1);
      switch (column[0]) {
        case "M" -> {
          method = new Method(column[1], column[2], column[3], column[4]);
          methods.put(method.verb() + " " + method.path(), method);
        }
        case "F" -> {
          parts = new LinkedHashMap<>();
          propertyStrings.put(column[1], parts);
        }
        case "P" -> {
          if (method == null || column.length != COLUMNS) {
            throw new IOException("bad row: " + line);
          }
          method.add(Parameter.read(column));
        }
        case "S" -> parts.put(column[1], Parameter.read(column));
        default -> throw new IOException("bad row: " + line);
      }
    }
  }

  private static final class Holder {
    static final ApiTable TABLE = load();

    private static ApiTable load() {
      var table = new ApiTable();
      var stream = ApiTable.class.getResourceAsStream(RESOURCE);
      if (stream == null) {
        throw new IllegalStateException(RESOURCE + " is missing");
      }
      try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        table.read(lines);
      } catch (IOException e) {
        throw new UncheckedIOException(RESOURCE, e);
      }
      return table;
    }
  }
}
