package pivm.engine.config;

import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.calendar.CalendarExpression;

/** What a setting accepts. */
public sealed interface Kind {

  /** What is wrong with a value, as the end of a sentence; null when nothing is. */
  @Nullable String fault(String text);

  /** Any text that is not empty. */
  record Text() implements Kind {
    @Override
    public @Nullable String fault(String text) {
      return text.isBlank() ? "it must not be empty" : null;
    }
  }

  /** A whole number within bounds. */
  record Whole(int least, int most) implements Kind {
    @Override
    public @Nullable String fault(String text) {
      try {
        int number = Integer.parseInt(text);
        if (number >= least && number <= most) {
          return null;
        }
      } catch (NumberFormatException notANumber) {
        // said below
      }
      return "it must be a whole number from " + least + " to " + most;
    }
  }

  /** True or false. */
  record Flag() implements Kind {
    @Override
    public @Nullable String fault(String text) {
      return List.of("true", "false", "1", "0").contains(text) ? null : "it must be true or false";
    }
  }

  /** One of some words. */
  record Choice(List<String> words) implements Kind {
    @Override
    public @Nullable String fault(String text) {
      return words.contains(text) ? null : "it must be " + String.join(" or ", words);
    }
  }

  /** A length of time: {@code 90s}, {@code 2m}, {@code 24h}, {@code 7d}. */
  record Duration() implements Kind {
    private static final Pattern FORM = Pattern.compile("[0-9]{1,6}[smhd]");

    @Override
    public @Nullable String fault(String text) {
      return FORM.matcher(text).matches() ? null : "it must be a time such as 90s, 2m, 24h or 7d";
    }

    static java.time.Duration read(String text) {
      long amount = Long.parseLong(text.substring(0, text.length() - 1));
      return switch (text.charAt(text.length() - 1)) {
        case 's' -> java.time.Duration.ofSeconds(amount);
        case 'm' -> java.time.Duration.ofMinutes(amount);
        case 'h' -> java.time.Duration.ofHours(amount);
        default -> java.time.Duration.ofDays(amount);
      };
    }
  }

  /** A path from the root on. */
  record AbsolutePath() implements Kind {
    private static final Pattern FORM = Pattern.compile("(/[A-Za-z0-9._@+-]+)+");

    @Override
    public @Nullable String fault(String text) {
      return FORM.matcher(text).matches() && !text.contains("/..")
          ? null
          : "it must be a path from / on, of letters, digits and . _ @ + -";
    }
  }

  /** The name of systemd units, without ending. */
  record Unit() implements Kind {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:_.-]{0,100}");

    @Override
    public @Nullable String fault(String text) {
      return FORM.matcher(text).matches() ? null : "it must be a unit's name without its ending";
    }
  }

  /** When something happens: a systemd calendar expression. */
  record Calendar() implements Kind {
    @Override
    public @Nullable String fault(String text) {
      try {
        CalendarExpression.parse(text, ZoneOffset.UTC);
        return null;
      } catch (IllegalArgumentException wrong) {
        return String.valueOf(wrong.getMessage());
      }
    }
  }

  /** An address of the Proxmox API. */
  record Endpoint() implements Kind {
    private static final Pattern FORM =
        Pattern.compile("https://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?/?");

    @Override
    public @Nullable String fault(String text) {
      return FORM.matcher(text).matches()
          ? null
          : "it must be an address such as https://pve-01:8006";
    }
  }

  /** A certificate's SHA-256 fingerprint, with or without colons. */
  record Fingerprint() implements Kind {
    private static final Pattern FORM =
        Pattern.compile("([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{64}");

    @Override
    public @Nullable String fault(String text) {
      return FORM.matcher(text).matches()
          ? null
          : "it must be a SHA-256 fingerprint: 32 pairs of hexadecimal digits";
    }
  }

  /** A reference to a secret: {@code env:NAME}, {@code file:PATH}, {@code systemd:NAME}. */
  record Secret() implements Kind {
    private static final Pattern FORM = Pattern.compile("(env|file|systemd):.+");

    @Override
    public @Nullable String fault(String text) {
      return FORM.matcher(text).matches()
          ? null
          : "a secret must not stand here; say where it is kept: env:NAME, file:PATH or"
              + " systemd:NAME";
    }
  }
}
