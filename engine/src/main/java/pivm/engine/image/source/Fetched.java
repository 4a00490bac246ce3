package pivm.engine.image.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Checksum;

/**
 * A file that was fetched, verified and unpacked.
 *
 * @param size of the file, in bytes
 * @param source the checksum of what the source gave
 * @param stored the checksum of the file; the same where nothing was unpacked
 * @param verified whether the source's checksum was known beforehand and right
 * @param mark of the source's content; null when the server gives none
 */
public record Fetched(
    Path file,
    long size,
    Checksum source,
    Checksum stored,
    boolean verified,
    @Nullable String mark) {}
