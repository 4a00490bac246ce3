package pivm.proxmox.https;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import pivm.proxmox.ApiCall;
import pivm.proxmox.FileUpload;

/**
 * A form with a file, streamed. The parts come in the order that Proxmox takes them in: {@code
 * content}, {@code checksum-algorithm}, {@code checksum}, and last the file as {@code filename}
 * (pve-http-server, src/PVE/APIServer/AnyEvent.pm).
 */
final class MultipartEntity extends AbstractHttpEntity {
  private static final List<String> ORDER = List.of("content", "checksum-algorithm", "checksum");
  private static final int PIECE = 1 << 17;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final FileUpload upload;
  private final byte[] head;
  private final byte[] tail;
  private final long length;
  private boolean whole;

  private MultipartEntity(String boundary, String head, FileUpload upload, long length) {
    super("multipart/form-data; boundary=" + boundary, null);
    this.upload = upload;
    this.head = head.getBytes(StandardCharsets.UTF_8);
    this.tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
    this.length = length;
  }

  /**
   * The body of an upload.
   *
   * @throws UncheckedIOException when the file cannot be read
   */
  static MultipartEntity of(ApiCall call, FileUpload upload) {
    var random = new byte[16];
    RANDOM.nextBytes(random);
    String boundary = "----pivm" + HexFormat.of().formatHex(random);
    var head = new StringBuilder();
    for (String name : ORDER) {
      String value = call.parameters().get(name);
      if (value != null) {
        head.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
        head.append(name).append("\"\r\n\r\n").append(value).append("\r\n");
      }
    }
    head.append("--").append(boundary).append("\r\nContent-Disposition: form-data; ");
    head.append("name=\"filename\"; filename=\"").append(upload.name());
    head.append("\"\r\nContent-Type: application/octet-stream\r\n\r\n");
    try {
      return new MultipartEntity(boundary, head.toString(), upload, Files.size(upload.file()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(upload.file() + " cannot be read", unreadable);
    }
  }

  /** Whether all of it has been handed to the connection. */
  boolean whole() {
    return whole;
  }

  @Override
  public long getContentLength() {
    return head.length + length + tail.length;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(head);
    long sent = 0;
    var piece = new byte[PIECE];
    try (InputStream file = Files.newInputStream(upload.file())) {
      for (int n = file.read(piece); n > 0; n = file.read(piece)) {
        out.write(piece, 0, n);
        sent += n;
        upload.sent().accept(sent);
      }
    }
    if (sent != length) {
      throw new IOException(upload.file() + " changed while it was sent");
    }
    out.write(tail);
    out.flush();
    whole = true;
  }

  @Override
  public InputStream getContent() {
    throw new UnsupportedOperationException("it is written, not read");
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public void close() {
    // The file is closed as soon as it is sent.
  }
}
