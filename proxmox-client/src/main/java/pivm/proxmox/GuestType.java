package pivm.proxmox;

/** The two kinds of guest that Proxmox VE runs. */
public enum GuestType {
  QEMU("qemu", "vm", "qm"),
  LXC("lxc", "lxc", "pct");

  private final String apiName;
  private final String manifestName;
  private final String command;

  GuestType(String apiName, String manifestName, String command) {
    this.apiName = apiName;
    this.manifestName = manifestName;
    this.command = command;
  }

  /** The word in API paths and in {@code /cluster/resources}: {@code qemu} or {@code lxc}. */
  public String apiName() {
    return apiName;
  }

  /** The word people use for it in manifests and plans: {@code vm} or {@code lxc}. */
  public String manifestName() {
    return manifestName;
  }

  /** The command line tool for this kind on a node: {@code qm} or {@code pct}. */
  public String command() {
    return command;
  }
}
