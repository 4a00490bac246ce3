package pivm.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * A person before a terminal: reads what is written on it, and types a line once it shows what the
 * line answers. After the last line the input is at its end.
 */
final class Typist extends InputStream {

  /**
   * What is typed.
   *
   * @param after what the screen has to show first, below what the line before answered
   */
  record Line(String after, Supplier<String> text) {
    Line(String after, String text) {
      this(after, () -> text);
    }
  }

  private final Queue<Line> lines;
  private final Screen screen = new Screen();
  private byte[] typed = new byte[0];
  private int at;
  private int answered;

  Typist(Line... lines) {
    this.lines = new ArrayDeque<>(List.of(lines));
  }

  /** Where the program writes. */
  ByteArrayOutputStream screen() {
    return screen;
  }

  /** Has something happen elsewhere when the screen has shown a text so often. */
  void whenShown(String text, int times, Runnable action) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            int from = 0;
            for (int i = 0; i < times; i++) {
              from = screen.await(text, from);
            }
            action.run();
          } catch (IOException interrupted) {
            throw new UncheckedIOException(interrupted);
          }
        });
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  /** No more than one line, as a terminal gives it. */
  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (at == typed.length) {
      Line next = lines.poll();
      if (next == null) {
        return -1;
      }
      answered = screen.await(next.after(), answered);
      typed = (next.text().get() + "\n").getBytes(StandardCharsets.UTF_8);
      at = 0;
    }
    int count = Math.min(length, typed.length - at);
    System.arraycopy(typed, at, into, from, count);
    at += count;
    return count;
  }

  private static final class Screen extends ByteArrayOutputStream {
    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      super.write(bytes, from, length);
      notifyAll();
    }

    @Override
    public synchronized void write(int one) {
      super.write(one);
      notifyAll();
    }

    /** Where what was waited for ends. */
    synchronized int await(String text, int from) throws IOException {
      try {
        while (true) {
          int found = toString(StandardCharsets.UTF_8).indexOf(text, from);
          if (found >= 0) {
            return found + text.length();
          }
          wait();
        }
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException();
      }
    }
  }
}
