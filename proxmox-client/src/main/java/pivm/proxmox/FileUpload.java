package pivm.proxmox;

import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * A file that goes along with a call.
 *
 * @param file read while it is sent
 * @param name under which Proxmox is to keep it
 * @param sent takes the number of bytes sent so far, now and then
 */
public record FileUpload(Path file, String name, LongConsumer sent) {}
