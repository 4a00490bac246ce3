package pivm.engine.manifest;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Escapes;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.ValueCheck;
import pivm.proxmox.config.Words;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.SubKey;
import pivm.proxmox.schema.ValueKind;

/** Turns values of config keys into settings in Proxmox's own spelling. */
final class SettingReader {
  /** What Proxmox refuses to delete (pve-container, src/PVE/LXC/Config.pm). */
  private static final Set<String> REQUIRED =
      Set.of("memory", "rootfs", "ostype", "unprivileged", "arch");

  private final GuestType type;
  private final KnownKeys keys;
  private final Findings findings;

  SettingReader(GuestType type, KnownKeys keys, Findings findings) {
    this.type = type;
    this.keys = keys;
    this.findings = findings;
  }

  /**
   * Reads the value of a key.
   *
   * @param shown how messages name it: {@code options.onboot}
   * @return null when it is wrong
   */
  @Nullable Setting read(String key, String shown, Tree value) {
    if (value instanceof Tree.Nothing) {
      return unset(key, shown, value);
    }
    GuestKey known = keys.find(type, key);
    if (key.equals("cipassword")) {
      SecretReference reference = secret(shown, value);
      return reference == null ? null : new Setting.Secret(reference);
    }
    String text = known == null ? plain(value) : text(known, value);
    if (text == null) {
      findings.error(value.start(), shown + unreadable(value));
      return null;
    }
    if (DiskSetting.isDisk(type, key)) {
      return disk(key, shown, value, text);
    }
    String problem = known == null ? null : ValueCheck.problem(known, text);
    if (problem != null) {
      findings.error(value.start(), shown + " " + problem);
      return null;
    }
    return Setting.of(text);
  }

  private static String unreadable(Tree value) {
    return alone(value) != null
        ? " can't be a secret: Proxmox shows it to everyone who may see the guest"
        : " is " + value.what() + "; write it in one text, as Proxmox does";
  }

  private @Nullable Setting unset(String key, String shown, Tree value) {
    if (type == GuestType.LXC && REQUIRED.contains(key)) {
      findings.error(value.start(), shown + " is null, but every container has one");
      return null;
    }
    return new Setting.Unset();
  }

  /** Reads {@code {"secret": "env:NAME"}}; null when it is wrong. */
  @Nullable SecretReference secret(String shown, Tree value) {
    if (alone(value) instanceof Tree.Text text) {
      SecretReference reference = SecretReference.parse(text.value());
      if (reference == null) {
        findings.error(
            text.start(), shown + ": the reference is not env:NAME, file:PATH or systemd:NAME");
      }
      return reference;
    }
    findings.error(
        value.start(),
        shown
            + " must not stand in a manifest; write {\"secret\": \"env:NAME\"} (or file:PATH,"
            + " systemd:NAME) and keep it there");
    return null;
  }

  /** The value of {@code secret} when the object holds nothing else. */
  private static @Nullable Tree alone(Tree value) {
    if (!(value instanceof Tree.Obj object)) {
      return null;
    }
    List<Tree.Member> members = object.members().stream().filter(one -> !one.comment()).toList();
    return members.size() == 1 && members.getFirst().name().equals("secret")
        ? members.getFirst().value()
        : null;
  }

  /** Reads one or several public keys, a line each; null when they are wrong. */
  @Nullable String sshKeys(String shown, Tree value) {
    List<String> lines = new ArrayList<>();
    List<Tree> values = value instanceof Tree.Arr list ? list.elements() : List.of(value);
    for (Tree element : values) {
      if (!(element instanceof Tree.Text text)) {
        findings.error(element.start(), shown + " has " + element.what() + "; write public keys");
        return null;
      }
      if (text.value().contains("PRIVATE KEY")) {
        findings.error(
            element.start(), shown + " holds a private key; write the public one (*.pub)");
        return null;
      }
      lines.add(text.value().stripTrailing());
    }
    return String.join("\n", lines);
  }

  private @Nullable Setting disk(String key, String shown, Tree value, String text) {
    try {
      DiskSetting disk = DiskSetting.parse(type, key, text);
      GuestKey known = keys.find(type, key);
      String problem = known == null ? null : ValueCheck.problem(known, checkable(disk));
      if (problem != null) {
        findings.error(value.start(), shown + " " + problem);
        return null;
      }
      return Setting.of(disk.text());
    } catch (IllegalArgumentException wrong) {
      String message = String.valueOf(wrong.getMessage());
      findings.error(value.start(), shown.endsWith(key) ? message : shown + ": " + message);
      return null;
    }
  }

  /** The disk as Proxmox would keep it, with a volume's name in place of its size. */
  private static String checkable(DiskSetting disk) {
    String volume =
        switch (disk) {
          case DiskSetting.Allocate(String storage, _, _) -> storage + ":volume";
          case DiskSetting.Import(String storage, _, _, _) -> storage + ":volume";
          case DiskSetting.Attach(String attached, _, _) -> attached;
          case DiskSetting.CdRom _ -> "none,media=cdrom";
          case DiskSetting.Passthrough(String path, _) -> path;
          case DiskSetting.BindMount(String path, _) -> path;
        };
    return DiskText.join(volume, disk.options());
  }

  private static @Nullable String text(GuestKey key, Tree value) {
    return switch (value) {
      case Tree.Flag flag -> takesFlag(key) ? bit(flag.value()) : null;
      case Tree.Num num -> number(num.literal());
      case Tree.Text text -> spelled(key, text.value());
      case Tree.Arr list -> joined(key, list);
      case Tree.Obj _, Tree.Nothing _ -> null;
    };
  }

  private static @Nullable String plain(Tree value) {
    return value instanceof Tree.Flag flag ? bit(flag.value()) : value.scalar();
  }

  private static boolean takesFlag(GuestKey key) {
    SubKey part = key.defaultPart();
    ValueKind kind = part == null ? key.kind() : part.constraint().kind();
    return kind == ValueKind.BOOLEAN || key.kind() == ValueKind.HOTPLUG;
  }

  private static String bit(boolean value) {
    return value ? "1" : "0";
  }

  /** A number without an exponent or a needless fraction. */
  private static String number(String literal) {
    var number = new BigDecimal(literal);
    if (Math.abs((long) number.precision() - number.scale()) > 40) {
      return literal;
    }
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static String spelled(GuestKey key, String text) {
    return switch (key.kind()) {
      case BOOLEAN -> {
        Boolean flag = Flags.parse(text);
        yield flag == null ? text : bit(flag);
      }
      case TAGS -> Words.joinTags(Words.split(text));
      case URL_ENCODED -> PercentEncoding.looksEncoded(text) ? text : Escapes.url(text);
      default -> text;
    };
  }

  private static @Nullable String joined(GuestKey key, Tree.Arr list) {
    String separator =
        switch (key.kind()) {
          case TAGS, NAME_SET -> ";";
          case ORDERED_LIST -> " ";
          case NUMBER_SET, HOTPLUG -> ",";
          case URL_ENCODED -> "\n";
          default -> null;
        };
    List<String> words = new ArrayList<>();
    for (Tree element : list.elements()) {
      String word = element.scalar();
      if (word == null) {
        return null;
      }
      words.add(word);
    }
    return separator == null ? null : spelled(key, String.join(separator, words));
  }
}
