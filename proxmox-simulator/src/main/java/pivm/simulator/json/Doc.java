package pivm.simulator.json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON object under construction; members keep the order in which they were put. */
public final class Doc {
  private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

  public static Doc of(String name, @Nullable Object value) {
    return new Doc().put(name, value);
  }

  /**
   * Sets a member.
   *
   * @param value null, text, a number, a boolean, a {@link Doc} or an {@link Iterable} of such
   */
  public Doc put(String name, @Nullable Object value) {
    members.put(name, value);
    return this;
  }

  /** Sets a member only when there is a value: optional members are left out, not null. */
  public Doc putIfPresent(String name, @Nullable Object value) {
    return value == null ? this : put(name, value);
  }

  /** Sets all members of another object. */
  public Doc putAll(Doc other) {
    members.putAll(other.members);
    return this;
  }

  public @Nullable Object get(String name) {
    return members.get(name);
  }

  /** The member as text, or null when it is missing or null. */
  public @Nullable String text(String name) {
    var value = members.get(name);
    return value == null ? null : value.toString();
  }

  public boolean has(String name) {
    return members.containsKey(name);
  }

  public Doc remove(String name) {
    members.remove(name);
    return this;
  }

  public Set<String> names() {
    return members.keySet();
  }

  public Set<Map.Entry<String, @Nullable Object>> entries() {
    return members.entrySet();
  }

  public boolean isEmpty() {
    return members.isEmpty();
  }

  @Override
  public String toString() {
    return JsonOut.write(this);
  }
}
