package pivm.engine.manifest;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads fields that are not config keys. Each method gives null after a finding. */
final class FieldReader {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

  /** No name in Proxmox is longer. */
  private static final int LONGEST = 1000;

  private final Findings findings;
  private final Fields fields;
  private final String prefix;

  FieldReader(Findings findings, Fields fields, String prefix) {
    this.findings = findings;
    this.fields = fields;
    this.prefix = prefix;
  }

  private Shape shape(Tree.Member member) {
    Field field = fields.find(member.name());
    if (field == null) {
      throw new IllegalStateException("no field " + member.name());
    }
    return field.shape();
  }

  private void wrong(Tree.Member member, String instead) {
    Tree value = member.value();
    findings.error(value.start(), prefix + member.name() + " is " + value.what() + "; " + instead);
  }

  @Nullable String choice(Tree.@Nullable Member member) {
    if (member == null || !(shape(member) instanceof Shape.Choice(List<String> words))) {
      return null;
    }
    if (member.value() instanceof Tree.Text text) {
      if (words.contains(text.value())) {
        return text.value();
      }
      wrong(member, "write " + either(words) + Nearest.hint(text.value(), words));
    } else {
      wrong(member, "write " + either(words));
    }
    return null;
  }

  private static String either(List<String> words) {
    return words.size() == 1
        ? words.getFirst()
        : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
  }

  @Nullable Integer whole(Tree.@Nullable Member member) {
    if (member == null || !(shape(member) instanceof Shape.Whole(long least, long most))) {
      return null;
    }
    Long number = wholeNumber(member.value());
    if (number == null || number < least || number > most) {
      wrong(member, "write a whole number from " + least + " to " + most);
      return null;
    }
    return Math.toIntExact(number);
  }

  /** The whole number that a value is, null when it is none. */
  static @Nullable Long wholeNumber(Tree value) {
    String text = value.scalar();
    if (text == null) {
      return null;
    }
    if (value instanceof Tree.Num) {
      var number = new BigDecimal(text);
      // 1e99999999 would fill the memory with zeros.
      if (Math.abs((long) number.precision() - number.scale()) > 18 || number.scale() > 18) {
        return null;
      }
      text = number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
    return NUMBER.matcher(text).matches() ? (Long) Long.parseLong(text) : null;
  }

  @Nullable Boolean flag(Tree.@Nullable Member member) {
    if (member == null) {
      return null;
    }
    if (member.value() instanceof Tree.Flag flag) {
      return flag.value();
    }
    String text = member.value().scalar();
    if (text != null && (text.equals("1") || text.equals("0"))) {
      return text.equals("1");
    }
    wrong(member, "write true or false");
    return null;
  }

  @Nullable String text(Tree.@Nullable Member member) {
    if (member == null || !(shape(member) instanceof Shape.Pattern(String regex, String form))) {
      return null;
    }
    if (member.value() instanceof Tree.Text text
        && text.value().length() <= LONGEST
        && Pattern.matches(regex, text.value())) {
      return text.value();
    }
    wrong(member, "write " + form);
    return null;
  }

  List<String> names(Tree.@Nullable Member member) {
    List<String> names = new ArrayList<>();
    if (member == null) {
      return names;
    }
    List<Tree> values =
        member.value() instanceof Tree.Arr list ? list.elements() : List.of(member.value());
    for (Tree value : values) {
      if (value instanceof Tree.Text text && !text.value().isBlank()) {
        names.add(text.value());
      } else {
        findings.error(
            value.start(), prefix + member.name() + " has " + value.what() + "; write names");
      }
    }
    return names;
  }
}
