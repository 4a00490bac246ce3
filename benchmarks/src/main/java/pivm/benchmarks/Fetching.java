package pivm.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import pivm.engine.image.Compression;
import pivm.engine.image.source.Fetched;
import pivm.engine.image.source.Fetcher;
import pivm.engine.image.source.ImageCache;
import pivm.engine.image.source.Progress;
import pivm.engine.image.source.Web;
import pivm.engine.image.source.WebException;
import pivm.proxmox.Time;

/**
 * Fetches a file over HTTP from this machine, as PIVM fetches images, and by curl, onto the same
 * disk. They take turns, so that both meet the same machine.
 */
final class Fetching {
  private static final int SIZE = 512 << 20;
  private static final int PIECE = 1 << 20;

  /** Mebibytes a second of each round, and how many times curl's rate that is. */
  record Result(List<Double> own, List<Double> curls, List<Double> ratios) {}

  private final Path folder;
  private final String address;

  private Fetching(Path folder, String address) {
    this.folder = folder;
    this.address = address;
  }

  /**
   * @param work where the file lies and where it is fetched to; three times its size is needed
   */
  static Result measure(Path work, int rounds) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(work.resolve("fetching"));
    Path file = folder.resolve("served");
    write(file);
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofPlatform().daemon().start(() -> serve(server, file));
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      var fetching = new Fetching(folder, "http://127.0.0.1:" + port + "/image.iso");
      fetching.own();
      fetching.curl();
      var result = new Result(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < rounds; i++) {
        double curl = fetching.curl();
        double own = fetching.own();
        result.own().add(own);
        result.curls().add(curl);
        result.ratios().add(own / curl);
      }
      return result;
    } finally {
      Files.delete(file);
    }
  }

  private static void write(Path file) throws IOException {
    var random = new Random(1);
    var piece = new byte[PIECE];
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int written = 0; written < SIZE; written += PIECE) {
        random.nextBytes(piece);
        out.write(ByteBuffer.wrap(piece));
      }
      out.force(true);
    }
  }

  /** The system sends it, so that serving takes as little as it can. */
  private static void serve(ServerSocketChannel server, Path file) {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept();
          FileChannel served = FileChannel.open(file)) {
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        client.read(ByteBuffer.allocate(8192));
        String head =
            "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\nConnection: close\r\n\r\n";
        client.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        for (long sent = 0; sent < SIZE; ) {
          sent += served.transferTo(sent, SIZE - sent, client);
        }
      } catch (IOException ended) {
        // The next one is served, or the server is closed.
      }
    }
  }

  private double own() throws IOException, InterruptedException {
    var wanted = new Fetcher.Wanted(address, "image.iso", Compression.NONE, null, null, null);
    var fetcher =
        new Fetcher(new Web(Map.of(), "benchmark"), new ImageCache(folder), Time.system());
    long began = System.nanoTime();
    Fetched fetched;
    try {
      fetched = fetcher.fetch(wanted, Progress.silent(), _ -> {});
    } catch (WebException failed) {
      throw new IOException(failed);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    Files.delete(fetched.file());
    return rate(fetched.size(), seconds);
  }

  private double curl() throws IOException, InterruptedException {
    Path to = folder.resolve("by-curl");
    Process curl =
        new ProcessBuilder(
                "curl",
                "-s",
                "-f",
                "-o",
                to.toString(),
                "-w",
                "%{time_total}",
                "--noproxy",
                "*",
                address)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String seconds = new String(curl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    if (curl.waitFor() != 0) {
      throw new IOException("curl failed with " + curl.exitValue());
    }
    long size = Files.size(to);
    Files.delete(to);
    return rate(size, Double.parseDouble(seconds));
  }

  private static double rate(long size, double seconds) throws IOException {
    if (size != SIZE) {
      throw new IOException("only " + size + " bytes came");
    }
    return size / seconds / (1 << 20);
  }
}
