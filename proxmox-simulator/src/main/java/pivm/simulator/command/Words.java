package pivm.simulator.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command line, split.
 *
 * @param plain words that are no options, in order
 * @param options values by name; a flag without value is 1
 */
record Words(List<String> plain, Map<String, String> options) {

  static Words of(List<String> words) {
    List<String> plain = new ArrayList<>();
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-") || word.length() < 2 || word.matches("-\\d.*")) {
        plain.add(word);
        continue;
      }
      String name = word.replaceFirst("^--?", "");
      int equals = name.indexOf('=');
      if (equals > 0) {
        options.put(name.substring(0, equals), name.substring(equals + 1));
      } else if (i + 1 < words.size() && !isOption(words.get(i + 1))) {
        options.put(name, words.get(++i));
      } else {
        options.put(name, "1");
      }
    }
    return new Words(plain, options);
  }

  private static boolean isOption(String word) {
    return word.startsWith("--") || word.matches("-[a-zA-Z].*");
  }
}
