package pivm.engine.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Listens, or tries to connect, in whatever network namespace it runs in. */
final class Reach {
  private static final int PORT = 8006;

  /** {@code listen}, or the address to connect to: exit 0 when it answers. */
  public static void main(String[] words) throws IOException {
    if (words[0].equals("listen")) {
      try (var server = new ServerSocket(PORT)) {
        System.out.println("listening");
        while (true) {
          server.accept().close();
        }
      }
    }
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(words[0], PORT), 1000);
    }
  }

  private Reach() {}
}
