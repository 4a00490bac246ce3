package pivm.simulator.config;

/** The two kinds of guests, with the words that Proxmox uses for them. */
public enum Kind {
  QEMU("qemu", "qemu-server", "VM", "[PENDING]"),
  LXC("lxc", "lxc", "CT", "[pve:pending]");

  private final String word;
  private final String folder;
  private final String label;
  private final String pendingSection;

  Kind(String word, String folder, String label, String pendingSection) {
    this.word = word;
    this.folder = folder;
    this.label = label;
    this.pendingSection = pendingSection;
  }

  /** As in API paths and resource types. */
  public String word() {
    return word;
  }

  /** The folder of the configurations below a node's folder. */
  public String folder() {
    return folder;
  }

  /** As in messages: VM or CT. */
  public String label() {
    return label;
  }

  /** The heading of the pending changes in a configuration file. */
  String pendingSection() {
    return pendingSection;
  }
}
