package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page whose {@code console} blocks hold commands behind {@code $} and their output. It can be
 * checked by running them, and written anew with what they print.
 */
final class ConsolePage {
  private static final Pattern ID =
      Pattern.compile("\\b(?:\\d{8}T\\d{6}Z-)?(?:[0-9a-f]{12}|[0-9a-f]{8})\\b");

  /** What differs from run to run and means nothing. */
  private static final Map<Pattern, String> CHANCE =
      Map.of(
          Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z"), "INSTANT",
          Pattern.compile("\\d+(?:\\.\\d+)? (?:s|ms|min|h|d)\\b"), "TIME",
          Pattern.compile("\\d+(?:\\.\\d+)? %"), "SHARE",
          Pattern.compile("\\d+(?:\\.\\d+)? [KMGT]iB"), "AMOUNT",
          Pattern.compile("\\b10(?:\\.\\d+){3}\\b"), "ADDRESS");

  private final Path file;
  private final List<String> lines;

  ConsolePage(Path file) throws IOException {
    this.file = file;
    this.lines = Files.readAllLines(file);
  }

  /**
   * Runs the page's commands in order and checks that it shows what they print; {@code
   * -Dpivm.docs.write=true} writes it anew instead.
   *
   * @param run gives a command's output
   */
  void check(Function<String, String> run) throws IOException {
    check(run, ConsolePage::withoutChance);
  }

  /**
   * The same.
   *
   * @param comparable the lines of a page without what may differ
   */
  void check(Function<String, String> run, UnaryOperator<List<String>> comparable)
      throws IOException {
    List<String> now = run(run);
    if (Boolean.getBoolean("pivm.docs.write")) {
      write(now);
    } else {
      assertThat(comparable.apply(lines))
          .as("docs/%s is out of date; -Dpivm.docs.write=true writes it anew", file.getFileName())
          .isEqualTo(comparable.apply(now));
    }
  }

  /**
   * Runs the page's commands in order.
   *
   * @param run gives a command's output
   * @return the page as it would read with what they printed
   */
  private List<String> run(Function<String, String> run) {
    Map<String, String> ids = new LinkedHashMap<>();
    List<String> page = new ArrayList<>();
    boolean console = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("```")) {
        console = line.equals("```console");
        page.add(line);
      } else if (console && line.startsWith("$ ")) {
        List<String> before = new ArrayList<>();
        while (!lines.get(i + 1).startsWith("$ ") && !lines.get(i + 1).startsWith("```")) {
          before.add(lines.get(++i));
        }
        String command = withIds(line.substring(2), ids);
        page.add("$ " + command);
        List<String> printed = run.apply(command).stripTrailing().lines().toList();
        learn(before, printed, ids);
        page.addAll(printed);
      } else {
        page.add(line);
      }
    }
    return page;
  }

  /** Ids are new in each run: the page's stand for the run's in the order of their appearance. */
  private static void learn(List<String> before, List<String> printed, Map<String, String> ids) {
    List<String> old = found(before);
    List<String> now = found(printed);
    for (int i = 0; i < Math.min(old.size(), now.size()); i++) {
      ids.put(old.get(i), now.get(i));
    }
    now.stream()
        .filter(id -> id.length() == 8)
        .findFirst()
        .ifPresent(id -> ids.put("00000000", id));
  }

  private static List<String> found(List<String> text) {
    Matcher matcher = ID.matcher(String.join("\n", text));
    List<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  private static String withIds(String command, Map<String, String> ids) {
    return ID.matcher(command)
        .replaceAll(
            match -> Matcher.quoteReplacement(ids.getOrDefault(match.group(), match.group())));
  }

  /** The page's lines without what differs from run to run. */
  static List<String> withoutChance(List<String> page) {
    return page.stream()
        .map(line -> {
          String masked = ID.matcher(line).replaceAll("ID");
          for (var chance : CHANCE.entrySet()) {
            masked = chance.getKey().matcher(masked).replaceAll(chance.getValue());
          }
          return masked.replaceAll("[ ─-]{2,}", " ").strip();
        })
        .toList();
  }

  List<String> lines() {
    return lines;
  }

  private void write(List<String> page) throws IOException {
    Files.writeString(file, String.join("\n", page) + "\n");
  }
}
