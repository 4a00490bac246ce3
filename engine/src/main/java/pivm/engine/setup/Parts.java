package pivm.engine.setup;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.Proxmox;
import pivm.proxmox.command.CommandRunner;

/** Makes parts of the record's lines, to take them away. */
public final class Parts {
  private final Layout layout;
  private final SetupRecord made;
  private final Systemd systemd;
  private final @Nullable Proxmox root;

  /**
   * @param root the way to Proxmox as root; null away from a node
   */
  public Parts(Layout layout, SetupRecord made, Systemd systemd, @Nullable Proxmox root) {
    this.layout = layout;
    this.made = made;
    this.systemd = systemd;
    this.root = root;
  }

  /** The part that an entry stands for; null for a kind that is not known. */
  public @Nullable Part of(SetupRecord.Entry entry) {
    String name = entry.name();
    boolean kept = entry.kept();
    return switch (entry.what()) {
      case "folder" -> new FolderPart(layout.at(name), name, "rwxr-xr-x", kept);
      case "file" -> new FilePart(layout.at(name), name, "", "rw-r--r--", "", kept);
      case "link" -> new LinkPart(layout.at(name), name, "", kept);
      case "git" -> new GitPart(layout.at(name), name, null, CommandRunner.local(null));
      case "settings" ->
          new SettingsPart(layout.at(name), name, new java.util.LinkedHashMap<>(), List.of());
      case "timer" -> new TimerPart(layout.at(Layout.UNITS), name, systemd);
      case "role", "user", "grant", "token" ->
          root == null ? new Elsewhere(entry) : onProxmox(entry, root);
      default -> null;
    };
  }

  private Part onProxmox(SetupRecord.Entry entry, Proxmox way) {
    String name = entry.name();
    return switch (entry.what()) {
      case "role" -> new RolePart(way, name, List.of(), entry.detail());
      case "user" -> new UserPart(way, name, made);
      case "grant" -> {
        String[] words = entry.detail().split(" ", 2);
        yield new GrantPart(way, words[0], words[words.length - 1]);
      }
      default -> {
        int mark = name.indexOf('!');
        String file = entry.detail();
        yield new TokenPart(
            way,
            name.substring(0, Math.max(0, mark)),
            name.substring(mark + 1),
            layout.at(file),
            file,
            made,
            false);
      }
    };
  }

  /** Something of Proxmox's, where there is no Proxmox to ask. */
  private record Elsewhere(SetupRecord.Entry entry) implements Part {
    @Override
    public String what() {
      return entry.what();
    }

    @Override
    public String name() {
      return entry.name();
    }

    @Override
    public Look look() {
      return new Look(State.BARRED, "this is no Proxmox VE node");
    }

    @Override
    public void make() {}

    @Override
    public String remove() throws java.io.IOException {
      throw new java.io.IOException("this is no Proxmox VE node, or not root on it");
    }
  }
}
