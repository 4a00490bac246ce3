package pivm.simulator.config;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One guest's configuration: the values in effect, the changes that wait for the guest to stop, and
 * the snapshots. Every change goes through a method here, so that the digest is always right.
 */
public final class GuestConfig {
  private final Kind kind;
  private final TreeMap<String, String> values = new TreeMap<>();
  private final TreeMap<String, String> pending = new TreeMap<>();
  private final TreeMap<String, Boolean> pendingDelete = new TreeMap<>();
  private final TreeMap<String, TreeMap<String, String>> snapshots = new TreeMap<>();
  private @Nullable String digest;

  public GuestConfig(Kind kind) {
    this.kind = kind;
  }

  /** A copy of the values in effect, without pending changes and snapshots. */
  public GuestConfig copyOfValues() {
    var copy = new GuestConfig(kind);
    copy.values.putAll(values);
    return copy;
  }

  public Kind kind() {
    return kind;
  }

  public @Nullable String get(String key) {
    return values.get(key);
  }

  public String get(String key, String otherwise) {
    return values.getOrDefault(key, otherwise);
  }

  /** A whole number, or the default when the key is not set. */
  public long number(String key, long otherwise) {
    var value = values.get(key);
    return value == null ? otherwise : (long) Double.parseDouble(value);
  }

  public boolean flag(String key) {
    return "1".equals(values.get(key));
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** The values in effect, sorted by key; to be read only. */
  public Map<String, String> values() {
    return Collections.unmodifiableMap(values);
  }

  public void put(String key, String value) {
    values.put(key, value);
    digest = null;
  }

  public void putAll(Map<String, String> more) {
    values.putAll(more);
    digest = null;
  }

  public @Nullable String remove(String key) {
    digest = null;
    return values.remove(key);
  }

  /** Replaces all values in effect. */
  public void replaceWith(Map<String, String> others) {
    values.clear();
    values.putAll(others);
    digest = null;
  }

  /** Changes that wait, by key; to be read only. */
  public Map<String, String> pending() {
    return Collections.unmodifiableMap(pending);
  }

  public void putPending(String key, String value) {
    pending.put(key, value);
    pendingDelete.remove(key);
    digest = null;
  }

  public @Nullable String removePending(String key) {
    digest = null;
    return pending.remove(key);
  }

  /** Keys that wait to be deleted; true where the volume is to be destroyed too. */
  public Map<String, Boolean> pendingDelete() {
    return Collections.unmodifiableMap(pendingDelete);
  }

  public void deleteLater(String key, boolean force) {
    pendingDelete.put(key, force);
    pending.remove(key);
    digest = null;
  }

  /** Like {@link #deleteLater}, but a value that waits for the key goes on waiting. */
  public void deleteLaterKeepingPending(String key) {
    pendingDelete.put(key, false);
    digest = null;
  }

  public void keep(String key) {
    pendingDelete.remove(key);
    digest = null;
  }

  public boolean hasPending() {
    return !pending.isEmpty() || !pendingDelete.isEmpty();
  }

  /** Drops pending changes that change nothing. */
  public void dropEmptyChanges() {
    pending.entrySet().removeIf(e -> e.getValue().equals(values.get(e.getKey())));
    pendingDelete.keySet().removeIf(key -> !values.containsKey(key));
    digest = null;
  }

  public Set<String> snapshotNames() {
    return Collections.unmodifiableSet(snapshots.keySet());
  }

  public @Nullable Map<String, String> snapshot(String name) {
    var found = snapshots.get(name);
    return found == null ? null : Collections.unmodifiableMap(found);
  }

  public Collection<? extends Map<String, String>> snapshots() {
    return snapshots.values();
  }

  public void putSnapshot(String name, Map<String, String> content) {
    snapshots.put(name, new TreeMap<>(content));
    digest = null;
  }

  public void removeSnapshot(String name) {
    snapshots.remove(name);
    digest = null;
  }

  /** Every key of the values in effect and of the changes to come. */
  public Set<String> allKeys() {
    var keys = new TreeSet<>(values.keySet());
    keys.addAll(pending.keySet());
    return keys;
  }

  /** SHA-1 of the file, in hexadecimal. */
  public String digest() {
    if (digest == null) {
      digest = Digests.sha1(text());
    }
    return digest;
  }

  /** The content of the configuration file. */
  public String text() {
    return ConfigText.write(this);
  }
}
