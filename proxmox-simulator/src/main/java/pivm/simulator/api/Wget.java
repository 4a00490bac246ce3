package pivm.simulator.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import pivm.simulator.state.ApiError;

/**
 * Fetches files for simulated nodes, with wget's words. What this machine itself serves is really
 * fetched; of anything else a file is assumed.
 */
final class Wget {
  private static final Pattern OWN = Pattern.compile("http://(127\\.0\\.0\\.1(:\\d+)?)/.*");
  private static final int LARGEST = 64 << 20;
  static final long ASSUMED = 512L << 20;

  private final String url;
  private final List<String> log = new ArrayList<>();
  private byte @Nullable [] data;
  private long size = ASSUMED;
  private String type = "application/octet-stream";
  private @Nullable String refusal;

  private Wget(String url) {
    this.url = url;
  }

  /** Fetches a file, or learns why it can't be had. */
  static Wget get(String url) {
    return ask("GET", url);
  }

  /** Asks what is there. */
  static Wget head(String url) {
    return ask("HEAD", url);
  }

  private static Wget ask(String method, String url) {
    var wget = new Wget(url);
    var own = OWN.matcher(url);
    if (own.matches()) {
      wget.fetch(method, own.group(1));
    }
    return wget;
  }

  private void fetch(String method, String host) {
    String connecting = "Connecting to " + host + "... ";
    try {
      var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setConnectTimeout(5_000);
      connection.setReadTimeout(5_000);
      int status = connection.getResponseCode();
      String reason = connection.getResponseMessage();
      log.add(connecting + "connected.");
      log.add("HTTP request sent, awaiting response... " + status + " " + reason);
      if (status != 200) {
        refusal = "ERROR " + status + ": " + reason + ".";
        return;
      }
      String named = connection.getContentType();
      type = named == null ? "" : named.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
      size = connection.getContentLengthLong();
      if (method.equals("GET")) {
        read(connection);
      }
    } catch (ConnectException refused) {
      refusal = connecting + "failed: Connection refused.";
    } catch (IOException broken) {
      refusal = "Read error at byte 0 (" + broken.getMessage() + ").";
    }
  }

  private void read(HttpURLConnection connection) throws IOException {
    try (InputStream body = connection.getInputStream()) {
      byte[] read = body.readNBytes(LARGEST);
      size = read.length;
      data = read;
    } finally {
      connection.disconnect();
    }
  }

  /** Why there is no file; null when there is one. */
  @Nullable String refusal() {
    return refusal;
  }

  /** What was said before a refusal. */
  List<String> log() {
    return log;
  }

  /** The file; null when it is only assumed. */
  byte @Nullable [] data() {
    return data;
  }

  /** In bytes; negative when the server does not say. */
  long size() {
    return size;
  }

  String type() {
    return type;
  }

  /** The file's name, as the address has it. */
  String name() {
    String path = url.replaceFirst("\\?.*", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The progress of a download in units of 32 MiB, as {@code --progress=dot:giga} has it. */
  static List<String> progress(long size) {
    List<String> lines = new ArrayList<>();
    long unit = 32L << 20;
    for (long at = 0; at < Math.max(size, 1); at += unit) {
      long percent = size == 0 ? 100 : Math.min(100, (at + unit) * 100 / size);
      lines.add(
          "%6dK ........ ........ ........ ........ %2d%%  388M 0s".formatted(at >> 10, percent));
    }
    return lines;
  }

  /** The file as Proxmox's decompressor leaves it. */
  static byte[] unpacked(byte[] data, String compression) {
    if (!compression.equals("gz")) {
      // Nothing here reads the other forms; the bytes stand for what they hold.
      return data;
    }
    try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(data))) {
      return unpacked.readAllBytes();
    } catch (IOException broken) {
      throw ApiError.die("command 'zcat' failed: exit code 1");
    }
  }

  /** Digits of a checksum by one of the algorithms of Proxmox's schema. */
  static String checksum(String algorithm, byte[] data) {
    String name = algorithm.equals("md5") ? "MD5" : "SHA-" + algorithm.substring(3);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(data));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has " + name, absent);
    }
  }
}
