package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes manifests of any layout: comments and blanks anywhere, commas where they may be. */
final class RandomText {
  private static final List<String> FIELDS =
      List.of("memory", "cores", "hostname", "net0", "net1", "state", "node", "pool", "swap");

  private final Random random;
  private final StringBuilder out = new StringBuilder();
  private final boolean comments;
  private final String newline;

  /** The VMIDs that the manifest declares, in order. */
  final List<Integer> vmids = new ArrayList<>();

  RandomText(Random random) {
    this.random = random;
    this.comments = random.nextInt(4) > 0;
    this.newline = random.nextInt(5) == 0 ? "\r\n" : "\n";
  }

  String manifest() {
    gap();
    if (random.nextBoolean()) {
      guests();
    } else {
      out.append('{');
      gap();
      if (random.nextBoolean()) {
        out.append("\"defaults\"");
        colon();
        group(2);
        comma();
      }
      out.append("\"guests\"");
      colon();
      guests();
      close('}');
    }
    gap();
    return out.toString();
  }

  private void guests() {
    int count = random.nextInt(4);
    out.append('[');
    for (int i = 0; i < count; i++) {
      separate(i);
      entry(100 + vmids.size());
    }
    end(count, ']');
  }

  private void entry(int vmid) {
    vmids.add(vmid);
    out.append('{');
    gap();
    List<String> names = new ArrayList<>(FIELDS);
    java.util.Collections.shuffle(names, random);
    List<String> used = names.subList(0, random.nextInt(5));
    int at = random.nextInt(used.size() + 1);
    for (int i = 0; i <= used.size(); i++) {
      separate(i);
      member(i == at ? "vmid" : used.get(i < at ? i : i - 1), i == at ? "" + vmid : scalar());
    }
    if (random.nextBoolean()) {
      comma();
      out.append("\"options\"");
      colon();
      group(random.nextInt(4));
    }
    end(1, '}');
  }

  private void group(int count) {
    out.append('{');
    for (int i = 0; i < count; i++) {
      separate(i);
      if (random.nextInt(6) == 0) {
        member("//", "\"note " + i + "\"");
      } else {
        member("key" + i, random.nextInt(5) == 0 ? list() : scalar());
      }
    }
    end(count, '}');
  }

  private void member(String name, String value) {
    out.append('"').append(name).append('"');
    colon();
    out.append(value);
  }

  private String list() {
    return random.nextBoolean()
        ? "[]"
        : "[ 1,\n2 , \"a\\\"]\"" + (random.nextBoolean() ? "," : "") + "]";
  }

  private String scalar() {
    return switch (random.nextInt(6)) {
      case 0 -> "null";
      case 1 -> "true";
      case 2 -> Integer.toString(random.nextInt(100_000));
      case 3 -> "\"a // \\\"b /* c\"";
      case 4 -> "\"" + "wide ".repeat(random.nextInt(25)) + "\"";
      default -> "1.50e3";
    };
  }

  private void separate(int index) {
    if (index > 0) {
      comma();
    } else {
      gap();
    }
  }

  private void end(int count, char bracket) {
    if (count > 0 && random.nextInt(3) == 0) {
      gap();
      out.append(',');
    }
    close(bracket);
  }

  private void close(char bracket) {
    gap();
    out.append(bracket);
  }

  private void comma() {
    gap();
    out.append(',');
    gap();
  }

  private void colon() {
    gap();
    out.append(':');
    gap();
  }

  private void gap() {
    for (int i = random.nextInt(4); i > 0; i--) {
      switch (random.nextInt(comments ? 7 : 4)) {
        case 0 -> out.append(newline);
        case 1 -> out.append(newline).append("  ".repeat(random.nextInt(4)));
        case 2 -> out.append(random.nextInt(9) == 0 ? '\t' : ' ');
        case 3 -> out.append(' ');
        case 4 -> out.append("// c").append(random.nextInt(1000)).append(" \"[{").append(newline);
        case 5 -> out.append("/* b").append(random.nextInt(1000)).append(" */");
        default -> out.append("/* m").append(newline).append("  , } */");
      }
    }
  }
}
