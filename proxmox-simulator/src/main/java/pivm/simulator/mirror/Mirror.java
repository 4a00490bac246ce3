package pivm.simulator.mirror;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** A mirror on the loopback address. Folders list themselves; the rest is put there. */
public final class Mirror implements AutoCloseable {

  /** The web server that folders look as if they came from. */
  public enum Look {
    APACHE,
    NGINX
  }

  /** A file, as it is served. */
  static final class File {
    private final byte[] content;
    private final String type;
    private final Behaviour behaviour;
    private final String tag;

    File(byte[] content, String type, Behaviour behaviour, String tag) {
      this.content = content;
      this.type = type;
      this.behaviour = behaviour;
      this.tag = tag;
    }

    byte[] content() {
      return content;
    }

    String type() {
      return type;
    }

    Behaviour behaviour() {
      return behaviour;
    }

    String tag() {
      return tag;
    }

    File withBehaviour(Behaviour other) {
      return new File(content, type, other, tag);
    }
  }

  private final ServerSocket server;
  private final Look look;
  private final Map<String, File> files = new ConcurrentSkipListMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private Mirror(ServerSocket server, Look look) {
    this.server = server;
    this.look = look;
  }

  /** Starts a mirror on a free port. */
  public static Mirror start(Look look) {
    try {
      var mirror = new Mirror(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), look);
      Thread.ofVirtual().name("mirror").start(mirror::accept);
      return mirror;
    } catch (IOException noPort) {
      throw new UncheckedIOException("no port is free for a mirror", noPort);
    }
  }

  /** The same over TLS, with the certificate of a socket factory. */
  public static Mirror startEncrypted(Look look, ServerSocketFactory sockets) {
    try {
      ServerSocket server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      var mirror = new Mirror(server, look);
      Thread.ofVirtual().name("mirror").start(mirror::accept);
      return mirror;
    } catch (IOException noPort) {
      throw new UncheckedIOException("no port is free for a mirror", noPort);
    }
  }

  /** The address of a path. */
  public String url(String path) {
    return (server instanceof SSLServerSocket ? "https" : "http")
        + "://127.0.0.1:"
        + server.getLocalPort()
        + path;
  }

  /** Puts a file there, or in the place of another. */
  public Mirror put(String path, byte[] content) {
    return put(path, content, new Behaviour.Honest());
  }

  public Mirror put(String path, byte[] content, Behaviour behaviour) {
    String type =
        path.endsWith("/") || path.endsWith(".html")
            ? "text/html; charset=utf-8"
            : path.endsWith(".json") ? "application/json" : "application/octet-stream";
    files.put(
        path, new File(content, type, behaviour, '"' + sha256(content).substring(0, 16) + '"'));
    return this;
  }

  public Mirror put(String path, String text) {
    return put(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Changes how a file is served. */
  public Mirror behave(String path, Behaviour behaviour) {
    failures.remove(path);
    files.computeIfPresent(path, (_, file) -> file.withBehaviour(behaviour));
    if (!files.containsKey(path)) {
      put(path, new byte[0], behaviour);
    }
    return this;
  }

  /** Lists the checksums of a folder's files in a file beside them, in the form of GNU's tools. */
  public Mirror withChecksums(String folder) {
    var sums = new StringBuilder();
    files.forEach((path, file) -> {
      if (path.startsWith(folder) && path.indexOf('/', folder.length()) < 0) {
        sums.append(sha256(file.content()))
            .append("  ")
            .append(path.substring(folder.length()))
            .append('\n');
      }
    });
    return put(folder + "SHA256SUMS", sums.toString());
  }

  public Mirror remove(String path) {
    files.remove(path);
    return this;
  }

  /** What was asked for, as {@code GET /path} with the range where one was named. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Nullable File find(String path) {
    File file = files.get(path);
    return file == null && path.endsWith("/") ? folder(path) : file;
  }

  void asked(String request) {
    requests.add(request);
  }

  /** Whether a file is to fail once more. */
  boolean failsAgain(String path, int times) {
    return failures.merge(path, 1, Integer::sum) <= times;
  }

  private @Nullable File folder(String path) {
    List<String> names =
        files.keySet().stream()
            .filter(file -> file.startsWith(path) && file.length() > path.length())
            .map(file -> file.substring(path.length()))
            .map(rest -> rest.contains("/") ? rest.substring(0, rest.indexOf('/') + 1) : rest)
            .distinct()
            .toList();
    if (names.isEmpty()) {
      return null;
    }
    String page = look == Look.APACHE ? Pages.apache(path, names) : Pages.nginx(path, names);
    byte[] content = page.getBytes(StandardCharsets.UTF_8);
    return new File(content, "text/html;charset=UTF-8", new Behaviour.Honest(), "\"listing\"");
  }

  /** SHA-256 in hexadecimal digits. */
  public static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      new Visit(this, socket).serve();
    } catch (IOException gone) {
      // The visitor has left; others go on.
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException cannotClose) {
      throw new UncheckedIOException(cannotClose);
    }
  }
}
