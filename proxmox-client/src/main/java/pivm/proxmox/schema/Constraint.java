package pivm.proxmox.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Proxmox accepts as a value.
 *
 * @param format Proxmox's name of a further check, such as {@code dns-name}
 * @param minimum smallest number, in the schema's spelling
 * @param maximum greatest number, in the schema's spelling
 * @param maxLength in characters
 * @param pattern a regular expression for the whole value, in Java's dialect
 * @param defaultText the value that holds when there is none
 * @param words the accepted words of an enumeration
 */
public record Constraint(
    ValueKind kind,
    @Nullable String format,
    @Nullable String minimum,
    @Nullable String maximum,
    @Nullable Integer maxLength,
    @Nullable String pattern,
    @Nullable String defaultText,
    List<String> words) {}
