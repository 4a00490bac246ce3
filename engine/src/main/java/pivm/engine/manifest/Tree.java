package pivm.engine.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value in a manifest, with where it stands in the text: from {@code start}, inclusive, to {@code
 * end}, exclusive. Comments, commas and blanks are what lies between the values.
 */
sealed interface Tree {

  int start();

  int end();

  record Obj(int start, int end, List<Member> members) implements Tree {
    public Obj {
      members = List.copyOf(members);
    }

    /** The first member of that name, null when there is none. */
    @Nullable Member find(String name) {
      for (Member member : members) {
        if (member.name().equals(name)) {
          return member;
        }
      }
      return null;
    }
  }

  /**
   * A name and its value.
   *
   * @param start of the name's opening quote
   * @param nameEnd after the name's closing quote
   */
  record Member(int start, int nameEnd, String name, Tree value) {
    int end() {
      return value.end();
    }

    /** Whether it only comments: its name begins with two slashes. */
    boolean comment() {
      return name.startsWith("//");
    }
  }

  record Arr(int start, int end, List<Tree> elements) implements Tree {
    public Arr {
      elements = List.copyOf(elements);
    }
  }

  record Text(int start, int end, String value) implements Tree {}

  /**
   * A number.
   *
   * @param literal as it was written
   */
  record Num(int start, int end, String literal) implements Tree {}

  record Flag(int start, int end, boolean value) implements Tree {}

  record Nothing(int start, int end) implements Tree {}

  /** The text of a string or number, null for other values. */
  default @Nullable String scalar() {
    return switch (this) {
      case Text text -> text.value();
      case Num num -> num.literal();
      case Obj _, Arr _, Flag _, Nothing _ -> null;
    };
  }

  /** What it is, for messages. */
  default String what() {
    return switch (this) {
      case Obj _ -> "an object";
      case Arr _ -> "a list";
      case Text text -> "'" + text.value() + "'";
      case Num num -> num.literal();
      case Flag flag -> Boolean.toString(flag.value());
      case Nothing _ -> "null";
    };
  }
}
