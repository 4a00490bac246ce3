package pivm.engine.manifest;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import pivm.proxmox.json.Json;

/** Writes entries in the canonical layout, their fields in the usual order. */
public final class ManifestWriter {
  private ManifestWriter() {}

  /** A manifest that holds these entries, a bare list. */
  public static String manifest(List<Json.Obj> entries) {
    return ManifestFormatter.layOut(
            Json.array(entries.stream().map(ManifestWriter::ordered).toList()), 2, 0)
        + "\n";
  }

  /** One entry, without a line break at its end. */
  public static String entry(Json.Obj entry) {
    return ManifestFormatter.layOut(ordered(entry), 1, 0);
  }

  /** The entry with its fields in the usual order; unknown ones come last, in their own order. */
  static Json.Obj ordered(Json.Obj entry) {
    var members = new LinkedHashMap<String, Json>();
    entry.members().keySet().stream()
        .sorted(Comparator.comparingInt(ManifestWriter::rank).thenComparingInt(Numbered::of))
        .forEach(name -> members.put(name, entry.get(name)));
    return new Json.Obj(members);
  }

  /** The place of a field among the others. */
  static int rank(String name) {
    int rank = 0;
    for (Field field : Fields.ENTRY.all()) {
      if (Fields.matches(field.name(), name)) {
        return rank;
      }
      rank++;
    }
    return rank;
  }

  private static final class Numbered {
    private Numbered() {}

    /** The number at the end of a field's name: net10 comes after net2. */
    static int of(String name) {
      int digits = name.length();
      while (digits > 0 && Character.isDigit(name.charAt(digits - 1))) {
        digits--;
      }
      String number = name.substring(digits);
      return number.isEmpty() || number.length() > 6 ? 0 : Integer.parseInt(number);
    }
  }
}
