package pivm.proxmox.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.StringTokenizer;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Lists of words, which Proxmox separates by comma, semicolon or blanks. */
public final class Words {
  private Words() {}

  /** The words in order (pve-common, src/PVE/ParseUtils.pm, {@code split_list}). */
  public static List<String> split(@Nullable String text) {
    List<String> words = new ArrayList<>();
    if (text != null) {
      String separators = text.indexOf('\0') >= 0 ? "\0" : ",; \t\r\n";
      var tokens = new StringTokenizer(text, separators);
      while (tokens.hasMoreTokens()) {
        words.add(tokens.nextToken());
      }
    }
    return words;
  }

  /** Tags as Proxmox keeps them by default: lower case, each once, sorted. */
  public static SortedSet<String> tags(@Nullable String text) {
    var tags = new TreeSet<String>();
    for (String word : split(text)) {
      tags.add(word.toLowerCase(Locale.ROOT));
    }
    return tags;
  }

  /** The text that Proxmox would keep for these tags. */
  public static String joinTags(Collection<String> tags) {
    return String.join(";", tags(String.join(";", tags)));
  }
}
