package pivm.proxmox.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A JSON value. Objects keep the order of their members. */
public sealed interface Json {

  record Obj(SequencedMap<String, Json> members) implements Json {
    public Obj {
      members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }

    /** The member's value, {@link Null#NULL} when there is none of that name. */
    public Json get(String name) {
      return members.getOrDefault(name, Null.NULL);
    }

    public boolean has(String name) {
      return members.containsKey(name);
    }

    /**
     * The member as text; numbers and booleans in their JSON spelling; null when absent or null.
     */
    public @Nullable String text(String name) {
      return get(name).asText();
    }

    /** The member as text, or another text when absent. */
    public String text(String name, String otherwise) {
      String text = text(name);
      return text == null ? otherwise : text;
    }

    /** The member as a whole number, also where Proxmox writes it as text; null when absent. */
    public @Nullable Long integer(String name) {
      String text = text(name);
      if (text == null || text.isEmpty()) {
        return null;
      }
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException notWhole) {
        try {
          return (long) Double.parseDouble(text);
        } catch (NumberFormatException notANumber) {
          return null;
        }
      }
    }

    public long integer(String name, long otherwise) {
      Long value = integer(name);
      return value == null ? otherwise : value;
    }

    /** The member as a number; null when absent or not a number. */
    public @Nullable Double decimal(String name) {
      String text = text(name);
      try {
        return text == null ? null : Double.valueOf(text);
      } catch (NumberFormatException notANumber) {
        return null;
      }
    }

    /** Whether the member is true in one of Proxmox's spellings (1, "1", true). */
    public boolean flag(String name) {
      String text = text(name);
      return "1".equals(text) || "true".equals(text);
    }

    /** The member's elements when it is an array, else none. */
    public List<Json> list(String name) {
      return get(name).elements();
    }
  }

  record Arr(List<Json> values) implements Json {
    public Arr {
      values = List.copyOf(values);
    }
  }

  record Str(String value) implements Json {}

  /**
   * A number.
   *
   * @param literal as it was written, so that nothing is lost
   */
  record Num(String literal) implements Json {}

  record Bool(boolean value) implements Json {}

  /** The null value, which also stands for a member that is not there. */
  enum Null implements Json {
    NULL
  }

  static Json of(@Nullable String text) {
    return text == null ? Null.NULL : new Str(text);
  }

  static Json of(long number) {
    return new Num(Long.toString(number));
  }

  static Json of(boolean value) {
    return new Bool(value);
  }

  static Arr array(List<? extends Json> values) {
    return new Arr(List.copyOf(values));
  }

  static Builder object() {
    return new Builder();
  }

  /** This value's text: strings as they are, numbers and booleans spelled; null for the others. */
  default @Nullable String asText() {
    return switch (this) {
      case Str(String value) -> value;
      case Num(String literal) -> literal;
      case Bool(boolean value) -> Boolean.toString(value);
      case Null _, Arr _, Obj _ -> null;
    };
  }

  /** This value's elements when it is an array, else none. */
  default List<Json> elements() {
    return this instanceof Arr(List<Json> values) ? values : List.of();
  }

  /** The elements that are objects, in order. */
  default List<Obj> objects() {
    return elements().stream().filter(Obj.class::isInstance).map(Obj.class::cast).toList();
  }

  /** This value when it is an object, else an empty object. */
  default Obj asObject() {
    return this instanceof Obj object ? object : new Obj(new LinkedHashMap<>());
  }

  default boolean isNull() {
    return this instanceof Null;
  }

  /** Collects the members of an object in order. */
  final class Builder {
    private final Map<String, Json> members = new LinkedHashMap<>();

    public Builder put(String name, Json value) {
      members.put(name, value);
      return this;
    }

    public Builder put(String name, @Nullable String value) {
      return put(name, Json.of(value));
    }

    public Builder put(String name, long value) {
      return put(name, Json.of(value));
    }

    public Builder put(String name, boolean value) {
      return put(name, Json.of(value));
    }

    /** Adds the member only when there is a value: Proxmox leaves members out rather than null. */
    public Builder putIfPresent(String name, @Nullable String value) {
      return value == null ? this : put(name, value);
    }

    public Obj build() {
      return new Obj(new LinkedHashMap<>(members));
    }
  }
}
