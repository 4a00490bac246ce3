package pivm.simulator.command;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves the stand-ins of a node's commands: scripts in a folder that hand their words over a local
 * socket to the simulation and print what comes back.
 */
public final class CommandServer implements AutoCloseable {
  private static final int OUT = 1;
  private static final int ERR = 2;
  private static final int EXIT = 3;
  private static final List<String> COMMANDS =
      List.of("qm", "pct", "pvesh", "pvesm", "pvecm", "vzdump", "ssh", "sh");

  private final ServerSocketChannel socket;
  private final Path socketFile;
  private final Path folder;
  private final NodeShell shell;

  private CommandServer(ServerSocketChannel socket, Path socketFile, Path folder, NodeShell shell) {
    this.socket = socket;
    this.socketFile = socketFile;
    this.folder = folder;
    this.shell = shell;
  }

  /**
   * Starts serving, and writes the scripts.
   *
   * @param folder for the scripts; made when it is not there
   * @throws IOException when the folder or socket cannot be made
   */
  public static CommandServer start(Path folder, NodeShell shell) throws IOException {
    Files.createDirectories(folder);
    Path socketFile = folder.resolve(".socket").toAbsolutePath();
    Files.deleteIfExists(socketFile);
    var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    socket.bind(UnixDomainSocketAddress.of(socketFile));
    for (String command : COMMANDS) {
      script(folder.resolve(command));
    }
    var server = new CommandServer(socket, socketFile, folder, shell);
    Thread.ofVirtual().name("simulator-commands").start(server::accept);
    return server;
  }

  private static void script(Path file) throws IOException {
    try (var text = CommandServer.class.getResourceAsStream("stand-in.pl")) {
      if (text == null) {
        throw new IllegalStateException("the stand-in of commands is not packed");
      }
      Files.copy(text, file, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Where the scripts are. */
  public Path folder() {
    return folder;
  }

  private void accept() {
    while (socket.isOpen()) {
      try {
        var connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      var in = new DataInputStream(Channels.newInputStream(connection));
      var out = new DataOutputStream(Channels.newOutputStream(connection));
      List<String> words = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        words.add(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
      }
      int code = shell.run(words, new Wire(out));
      out.writeByte(EXIT);
      out.writeInt(code);
      out.flush();
    } catch (IOException | java.io.UncheckedIOException e) {
      // The command was killed: nobody is left to tell.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    Files.deleteIfExists(socketFile);
  }

  /** Sends what a command writes to its stand-in. */
  private record Wire(DataOutputStream out) implements Terminal {
    @Override
    public void out(String text) {
      send(OUT, text);
    }

    @Override
    public void err(String text) {
      send(ERR, text);
    }

    private void send(int stream, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      try {
        out.writeByte(stream);
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
