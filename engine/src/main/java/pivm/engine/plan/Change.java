package pivm.engine.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that differs about one object.
 *
 * @param kind {@code guests}, {@code images}, {@code network}
 * @param subject how people name the object: {@code lxc 210 proxy-01}
 * @param vmid null for what is no guest
 * @param node where it is, or will be created; null when not known
 * @param reason a stable word: {@code declared}, {@code drift}, {@code absent}, {@code power},
 *     {@code pinned}, {@code pending}
 * @param notes what a person should know: why that node was chosen, how to log in
 */
public record Change(
    String kind,
    String subject,
    @Nullable Integer vmid,
    @Nullable String node,
    Action action,
    String reason,
    List<FieldChange> fields,
    List<String> notes) {
  public Change {
    fields = List.copyOf(fields);
    notes = List.copyOf(notes);
  }
}
