package pivm.simulator.state;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A resource pool: guests and storages under one name. */
public final class Pool {
  private @Nullable String comment;
  private final TreeSet<Integer> guests = new TreeSet<>();
  private final TreeSet<String> storages = new TreeSet<>();

  public @Nullable String comment() {
    return comment;
  }

  public void comment(@Nullable String text) {
    comment = text;
  }

  public Set<Integer> guests() {
    return guests;
  }

  public Set<String> storages() {
    return storages;
  }
}
