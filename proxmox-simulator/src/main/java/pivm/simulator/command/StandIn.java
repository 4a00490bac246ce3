package pivm.simulator.command;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The program behind the scripts: hands its words to the simulation and prints what it says. */
public final class StandIn {
  private StandIn() {}

  /**
   * Runs a command in the simulation.
   *
   * @param arguments the socket's file, the command's name, and the command's arguments
   */
  public static void main(String[] arguments) throws IOException {
    int code;
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(Path.of(arguments[0])))) {
      var out = new DataOutputStream(Channels.newOutputStream(channel));
      out.writeInt(arguments.length - 1);
      for (int i = 1; i < arguments.length; i++) {
        byte[] word = arguments[i].getBytes(StandardCharsets.UTF_8);
        out.writeInt(word.length);
        out.write(word);
      }
      out.flush();
      code = print(new DataInputStream(Channels.newInputStream(channel)));
    }
    System.exit(code);
  }

  private static int print(DataInputStream in) throws IOException {
    try (var out = new FileOutputStream(FileDescriptor.out);
        var err = new FileOutputStream(FileDescriptor.err)) {
      for (int kind = in.readByte(); kind != CommandServer.EXIT; kind = in.readByte()) {
        byte[] text = in.readNBytes(in.readInt());
        (kind == CommandServer.OUT ? out : err).write(text);
      }
      return in.readInt();
    }
  }
}
