package pivm.engine.approval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.OwnerOnly;
import pivm.engine.rails.Approval;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.Hold;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * Questions that were asked, plans that were approved and guests that are held, in one file of the
 * state folder that only its owner can read: a JSON object a line. Every change replaces the whole
 * file at once, and processes take turns at it.
 *
 * <p>Methods throw {@link UncheckedIOException} when the file can't be read or written.
 */
public final class ConsentStore {
  private static final String CONFIRMATION = "confirmation";
  private static final String APPROVAL = "approval";
  private static final String HOLD = "hold";

  private final Path state;
  private final Path file;

  private record Entry(String kind, Json.Obj form) {}

  /**
   * @param state the state folder; made when something is kept
   */
  public ConsentStore(Path state) {
    this.state = state;
    this.file = state.resolve("consents.jsonl");
  }

  /** Remembers questions, so that their ids can be given later; forgets those of long ago. */
  public void asked(Collection<Confirmation> questions, Instant now) {
    change(entries -> {
      var kept = new ArrayList<>(entries);
      kept.removeIf(one -> one.kind().equals(CONFIRMATION) && stale(confirmation(one), now));
      questions.forEach(one -> kept.add(new Entry(CONFIRMATION, ConsentForm.write(one))));
      return kept;
    });
  }

  private static boolean stale(Confirmation one, Instant now) {
    return one.issued().plus(Confirmation.VALID).isBefore(now);
  }

  private static Confirmation confirmation(Entry entry) {
    return ConsentForm.confirmation(entry.form());
  }

  /** The question of an id, without using the id up; null when there is none (any more). */
  public @Nullable Confirmation find(String id) {
    for (Entry entry : read()) {
      if (entry.kind().equals(CONFIRMATION) && id.equals(entry.form().text("id"))) {
        return confirmation(entry);
      }
    }
    return null;
  }

  /**
   * Uses an id up. To be called right before the run that it is given for; of several callers only
   * one gets it.
   *
   * @return its question; null when there is none, or it has been used
   */
  public @Nullable Confirmation use(String id) {
    List<Confirmation> found = new ArrayList<>();
    change(entries -> {
      var kept = new ArrayList<Entry>();
      for (Entry one : entries) {
        if (one.kind().equals(CONFIRMATION) && id.equals(one.form().text("id"))) {
          found.add(confirmation(one));
        } else {
          kept.add(one);
        }
      }
      return kept;
    });
    return found.isEmpty() ? null : found.getFirst();
  }

  /** Remembers an approval; an older one of the same plan is replaced. */
  public void approve(Approval approval) {
    change(entries -> {
      var kept = new ArrayList<>(entries);
      kept.removeIf(one -> isApproval(one, approval.planId()));
      kept.add(new Entry(APPROVAL, ConsentForm.write(approval)));
      return kept;
    });
  }

  private static boolean isApproval(Entry entry, String planId) {
    return entry.kind().equals(APPROVAL) && planId.equals(entry.form().text("plan"));
  }

  /** The approvals of a plan. */
  public List<Approval> approvals(String planId) {
    return read().stream()
        .filter(one -> isApproval(one, planId))
        .map(one -> ConsentForm.approval(one.form()))
        .toList();
  }

  /** Forgets the approvals of a plan: its run has begun. */
  public void useApproval(String planId) {
    change(entries -> {
      var kept = new ArrayList<>(entries);
      kept.removeIf(one -> isApproval(one, planId));
      return kept;
    });
  }

  public SortedMap<Integer, Hold> holds() {
    var holds = new TreeMap<Integer, Hold>();
    for (Entry entry : read()) {
      if (entry.kind().equals(HOLD)) {
        Hold hold = ConsentForm.hold(entry.form());
        holds.put(hold.vmid(), hold);
      }
    }
    return holds;
  }

  /** Holds a guest; an older hold of it is replaced. */
  public void hold(Hold hold) {
    change(entries -> {
      var kept = new ArrayList<>(entries);
      kept.removeIf(one -> isHold(one, hold.vmid()));
      kept.add(new Entry(HOLD, ConsentForm.write(hold)));
      return kept;
    });
  }

  private static boolean isHold(Entry entry, int vmid) {
    return entry.kind().equals(HOLD) && entry.form().integer("vmid", 0) == vmid;
  }

  /**
   * Releases a guest.
   *
   * @return whether it was held
   */
  public boolean release(int vmid) {
    boolean held = holds().containsKey(vmid);
    if (held) {
      change(entries -> {
        var kept = new ArrayList<>(entries);
        kept.removeIf(one -> isHold(one, vmid));
        return kept;
      });
    }
    return held;
  }

  private List<Entry> read() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      List<Entry> entries = new ArrayList<>();
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        if (!line.isBlank()) {
          Json.Obj form = JsonText.read(line).asObject();
          entries.add(new Entry(form.text("kind", ""), form.get("value").asObject()));
        }
      }
      return entries;
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + file, unreadable);
    }
  }

  /** Threads of one process can't share a file lock, so that they take turns here. */
  private static final Object TURN = new Object();

  private void change(UnaryOperator<List<Entry>> change) {
    synchronized (TURN) {
      try {
        OwnerOnly.makeFolder(state);
        var options = EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try (FileChannel channel =
                FileChannel.open(state.resolve("consents.lock"), options, OwnerOnly.file(state));
            var lock = channel.lock()) {
          if (lock.isValid()) {
            replace(change.apply(read()));
          }
        }
      } catch (IOException unwritable) {
        throw new UncheckedIOException("cannot write " + file, unwritable);
      }
    }
  }

  private void replace(List<Entry> entries) throws IOException {
    var text = new StringBuilder();
    for (Entry entry : entries) {
      text.append(
              JsonText.write(
                  Json.object().put("kind", entry.kind()).put("value", entry.form()).build()))
          .append('\n');
    }
    Path next = state.resolve("consents.next");
    Files.deleteIfExists(next);
    var options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(next, options, OwnerOnly.file(state))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    OwnerOnly.sync(state);
  }
}
