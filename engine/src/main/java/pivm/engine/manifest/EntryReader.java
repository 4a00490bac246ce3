package pivm.engine.manifest;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Escapes;

/** Reads one entry, the file's defaults merged in. */
final class EntryReader {
  private final Findings findings;
  private final KnownKeys keys;
  private final MemberCheck check;
  private final Tree.Obj entry;
  private final GuestType type;
  private final SequencedMap<String, Tree.Member> fields;
  private final FieldReader reader;
  private final SettingReader settingReader;
  private final SequencedMap<String, Setting> settings = new TreeMap<>();
  private final SequencedMap<String, Setting> creation = new TreeMap<>();
  private @Nullable Boolean cloudInit;

  /**
   * An entry to read.
   *
   * @param fields its own, and those that the defaults add
   */
  EntryReader(
      Findings findings,
      KnownKeys keys,
      Tree.Obj entry,
      GuestType type,
      SequencedMap<String, Tree.Member> fields) {
    this.findings = findings;
    this.keys = keys;
    this.check = new MemberCheck(findings);
    this.entry = entry;
    this.type = type;
    this.fields = fields;
    this.reader = new FieldReader(findings, Fields.ENTRY, "");
    this.settingReader = new SettingReader(type, keys, findings);
  }

  /**
   * Reads the entry.
   *
   * @param defaultStorage where its first disk goes when it doesn't say
   * @return null when something is wrong with it
   */
  @Nullable DesiredGuest read(@Nullable String defaultStorage) {
    Integer vmid = reader.whole(required("vmid", "write a number from 100 to 999999999"));
    fields.values().forEach(this::keep);
    DesiredGuest.Power power = power();
    Origin origin = origin(power);
    String hostname = hostname(origin);
    cloneOnly(origin);
    noAccountsInCopies(origin);
    openSizes(origin);
    HighAvailability ha = ha();
    String node = reader.text(fields.get("node"));
    String pool = isNull("pool") ? "" : reader.text(fields.get("pool"));
    boolean pinned = "pin".equals(reader.choice(fields.get("node_policy")));
    DesiredGuest.Restart restart = restart();
    boolean accepted = "unavailable-accepted".equals(reader.choice(fields.get("snapshot")));
    if (vmid == null) {
      return null;
    }
    return new DesiredGuest(
        findings.source().place(entry.start()),
        type,
        vmid,
        hostname,
        origin,
        settings,
        creation,
        defaultStorage,
        Boolean.TRUE.equals(cloudInit),
        power,
        node,
        pinned,
        pool,
        ha,
        restart,
        accepted);
  }

  private Tree.@Nullable Member required(String name, String what) {
    Tree.Member member = fields.get(name);
    if (member == null) {
      findings.error(entry.start(), name + " is missing; " + what);
    }
    return member;
  }

  private boolean isNull(String name) {
    Tree.Member member = fields.get(name);
    return member != null && member.value() instanceof Tree.Nothing;
  }

  /** Takes in what becomes settings. */
  private void keep(Tree.Member member) {
    Field field = Fields.ENTRY.find(member.name());
    if (field == null || !applies(field, member)) {
      return;
    }
    switch (field.shape()) {
      case Shape.Key _ -> keep(member.name(), member.name(), member.value());
      case Shape.RootDisk _ -> rootDisk(member);
      case Shape.Options _ -> options(member);
      case Shape.SshKeys _ -> sshKeys(member.name(), member.value());
      case Shape.Secret _ -> password(member.name(), member.value());
      case Shape.Group(Fields group) -> {
        if (group == Fields.CLOUD_INIT) {
          cloudInit(member.value());
        }
      }
      case Shape.Choice _, Shape.Whole _, Shape.Flag _ -> {}
      case Shape.Pattern _, Shape.Names _, Shape.Template _ -> {}
    }
  }

  private boolean applies(Field field, Tree.Member member) {
    String name = member.name();
    if (!field.types().contains(type)) {
      String owner = OptionNames.plural(type == GuestType.LXC ? GuestType.QEMU : GuestType.LXC);
      findings.error(member.start(), name + " is for " + owner + " only; leave it out");
      return false;
    }
    boolean login = field.shape() instanceof Shape.SshKeys || field.shape() instanceof Shape.Secret;
    if (login && !field.nullable() && member.value() instanceof Tree.Nothing) {
      findings.error(member.value().start(), name + " is null; leave it out");
      return false;
    }
    return true;
  }

  private void keep(String key, String shown, Tree value) {
    Setting setting = settingReader.read(key, shown, value);
    if (setting != null) {
      put(key, shown, value, setting);
    }
  }

  private void put(String key, String shown, Tree value, Setting setting) {
    if (settings.putIfAbsent(key, setting) != null) {
      findings.error(value.start(), shown + " is declared twice in this entry; remove one");
    }
  }

  private void rootDisk(Tree.Member member) {
    Tree value = member.value();
    String key = type == GuestType.LXC ? "rootfs" : "scsi0";
    if (value instanceof Tree.Num) {
      findings.error(value.start(), "storage names no storage; write STORAGE:" + value.what());
      return;
    }
    keep(key, "storage", value);
  }

  private void options(Tree.Member member) {
    if (!(member.value() instanceof Tree.Obj object)) {
      notAnObject(member);
      return;
    }
    check
        .read(object, new OptionNames(type, keys)::problem)
        .forEach((name, option) -> keep(name, "options." + name, option.value()));
  }

  private void notAnObject(Tree.Member member) {
    findings.error(
        member.value().start(),
        member.name() + " is " + member.value().what() + "; write an object: {\"KEY\": VALUE}");
  }

  private void cloudInit(Tree value) {
    if (value instanceof Tree.Nothing) {
      cloudInit = cloudInit == null ? Boolean.FALSE : cloudInit;
      return;
    }
    if (!(value instanceof Tree.Obj object)) {
      findings.error(value.start(), "cloud_init is " + value.what() + "; write an object");
      return;
    }
    var members = check.read(object, Fields.CLOUD_INIT, "cloud_init.");
    var inner = new FieldReader(findings, Fields.CLOUD_INIT, "cloud_init.");
    Boolean enabled = inner.flag(members.get("enable"));
    for (Tree.Member member : members.values()) {
      cloudInitField(member);
    }
    cloudInit = enabled == null || enabled;
  }

  private void cloudInitField(Tree.Member member) {
    Field field = Fields.CLOUD_INIT.find(member.name());
    String shown = "cloud_init." + member.name();
    switch (field == null ? new Shape.Flag() : field.shape()) {
      case Shape.Key(String key) ->
          keep(key.endsWith("[n]") ? member.name() : key, shown, member.value());
      case Shape.SshKeys _ -> sshKeys(shown, member.value());
      case Shape.Secret _ -> password(shown, member.value());
      default -> {}
    }
  }

  private void sshKeys(String shown, Tree value) {
    if (value instanceof Tree.Nothing) {
      put("sshkeys", shown, value, new Setting.Unset());
      return;
    }
    String lines = settingReader.sshKeys(shown, value);
    if (lines == null) {
      return;
    }
    if (type == GuestType.LXC) {
      creation.put("ssh-public-keys", Setting.of(lines));
    } else {
      put("sshkeys", shown, value, Setting.of(Escapes.url(lines)));
      cloudInit = cloudInit == null ? Boolean.TRUE : cloudInit;
    }
  }

  private void password(String shown, Tree value) {
    if (value instanceof Tree.Nothing) {
      put("cipassword", shown, value, new Setting.Unset());
      return;
    }
    SecretReference reference = settingReader.secret(shown, value);
    if (reference == null) {
      return;
    }
    if (type == GuestType.LXC) {
      creation.put("password", new Setting.Secret(reference));
    } else {
      put("cipassword", shown, value, new Setting.Secret(reference));
      cloudInit = cloudInit == null ? Boolean.TRUE : cloudInit;
    }
  }

  private DesiredGuest.Power power() {
    String state = reader.choice(fields.get("state"));
    return state == null
        ? DesiredGuest.Power.UNMANAGED
        : DesiredGuest.Power.valueOf(state.toUpperCase(Locale.ROOT));
  }

  private DesiredGuest.Restart restart() {
    String restart = reader.choice(fields.get("restart"));
    return restart == null
        ? DesiredGuest.Restart.NEVER
        : DesiredGuest.Restart.valueOf(restart.toUpperCase(Locale.ROOT));
  }

  private Origin origin(DesiredGuest.Power power) {
    Tree.Member template = fields.get("template");
    if (template != null) {
      boolean linked = "linked".equals(reader.choice(fields.get("clone")));
      Origin origin = new OriginReader(type, findings).read(template.value(), linked);
      return origin == null ? new Origin.Blank() : origin;
    }
    if (power == DesiredGuest.Power.ABSENT) {
      return new Origin.Existing();
    }
    if (type == GuestType.LXC) {
      required(
          "template",
          "write STORAGE:vztmpl/FILE, the VMID of a container to clone, or EXISTING for one that"
              + " is there");
    }
    return new Origin.Blank();
  }

  private @Nullable String hostname(Origin origin) {
    boolean adopted = origin instanceof Origin.Existing && fields.containsKey("template");
    if (adopted && !fields.containsKey("hostname")) {
      return null;
    }
    String hostname = reader.text(required("hostname", "write the guest's name, a DNS name"));
    Tree.Member member = fields.get("hostname");
    if (hostname != null && member != null) {
      lengths(hostname, member.value().start());
    }
    return hostname;
  }

  private void lengths(String hostname, int at) {
    if (hostname.length() > 255) {
      findings.error(at, "hostname has " + hostname.length() + " characters; 255 are allowed");
    }
    for (String label : hostname.split("\\.")) {
      if (label.length() > 63) {
        findings.warning(
            at, "hostname has a part of more than 63 characters, which DNS can't hold");
      }
    }
  }

  private void cloneOnly(Origin origin) {
    Tree.Member clone = fields.get("clone");
    if (clone != null && reader.choice(clone) != null && !(origin instanceof Origin.Clone)) {
      findings.error(
          clone.start(), "clone needs a template that is a VMID; leave it out, or name one");
    }
  }

  private void noAccountsInCopies(Origin origin) {
    if (type == GuestType.LXC && origin instanceof Origin.Clone) {
      for (String name : List.of("ssh_keys", "password")) {
        Tree.Member member = fields.get(name);
        if (member != null) {
          findings.warning(
              member.start(),
              name + " has no effect: a cloned container keeps its source's logins");
        }
      }
      creation.clear();
    }
  }

  /** A disk that is made new needs a size, unless it is the first one, which has a default. */
  private void openSizes(Origin origin) {
    if (origin instanceof Origin.Clone || origin instanceof Origin.Existing) {
      return;
    }
    for (Map.Entry<String, Setting> entry : settings.entrySet()) {
      String key = entry.getKey();
      boolean open =
          !List.of("rootfs", "scsi0", "efidisk0", "tpmstate0").contains(key)
              && DiskSetting.isDisk(type, key)
              && entry.getValue() instanceof Setting.Value(String text)
              && DiskSetting.parse(type, key, text) instanceof DiskSetting.Allocate disk
              && disk.bytes() == null;
      if (open) {
        findings.error(this.entry.start(), key + " has no size; write STORAGE:SIZE, SIZE in GiB");
      }
    }
  }

  private @Nullable HighAvailability ha() {
    Tree.Member member = fields.get("ha");
    if (member == null) {
      return null;
    }
    if (member.value() instanceof Tree.Nothing) {
      return HighAvailability.NONE;
    }
    if (!(member.value() instanceof Tree.Obj object)) {
      notAnObject(member);
      return null;
    }
    return new HaReader(findings).read(object);
  }
}
