package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.engine.image.ImageRecord;
import pivm.engine.image.source.Fetcher;
import pivm.engine.image.source.ImageCache;
import pivm.engine.image.source.ImageRecords;
import pivm.engine.image.source.ImageWorker;
import pivm.engine.image.source.RealAddresses;
import pivm.engine.image.source.Transfers;
import pivm.engine.image.source.Web;
import pivm.engine.plan.Effect;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.Step;
import pivm.engine.rails.Actor;
import pivm.engine.rails.Reviews;
import pivm.proxmox.ApiCall;
import pivm.proxmox.FileUpload;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxErrors;
import pivm.proxmox.command.NodeShell;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.mirror.Mirror;
import pivm.simulator.state.SimulatedTime;
import pivm.simulator.state.Volume;

/** Others at work on the same file, disks that fill, and questions that are not answered. */
class ImageEdgesTest {
  private static final String TOKEN = "root@pam!pivm";
  private static final String NAME = "a.iso";
  private static final String VOLUME = "nas:iso/" + NAME;
  private static final byte[] CONTENT = new byte[400_000];

  static {
    new Random(3).nextBytes(CONTENT);
  }

  @TempDir Path folder;
  private final Mirror mirror = Mirror.start(Mirror.Look.NGINX).put("/" + NAME, CONTENT);

  @SuppressWarnings("NullAway.Init")
  private SimulatedCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private TickingProxmox proxmox;

  @BeforeEach
  void start() {
    cluster =
        SimulatedCluster.builder()
            .name("test")
            .seed(7)
            .time(SimulatedTime.manual(Instant.parse("2026-01-01T00:00:00Z")))
            .nodes("pve-1", "pve-2")
            .storage("nas", "nfs", Map.of("content", "iso,vztmpl,import"), 100_000_000)
            .token(TOKEN, "secret")
            .build();
    proxmox = new TickingProxmox(cluster, TOKEN, "secret");
  }

  @AfterEach
  void close() {
    mirror.close();
  }

  private ImageOperation.Origin origin() {
    return new ImageOperation.Origin(
        "a", "1", mirror.url("/" + NAME), "sha256:" + Mirror.sha256(CONTENT), "", null, 400_000);
  }

  private ImageOperation download() {
    return new ImageOperation.Download("nas", "iso", NAME, origin());
  }

  private ImageOperation transfer() {
    return new ImageOperation.Transfer("nas", "iso", NAME, origin(), false, false);
  }

  /** One manager with a state folder of its own. */
  private final class Manager {
    private final ImageRecords records;
    private final Path state;
    private final String node;

    Manager(String name, String node) {
      this.state = folder.resolve(name);
      this.records = new ImageRecords(state);
      this.node = node;
    }

    StepResult run(ImageOperation operation, Proxmox way) {
      return run(operation, way, new ArrayList<>());
    }

    /**
     * @param heard how many bytes the progress told
     */
    StepResult run(ImageOperation operation, Proxmox way, List<Long> heard) {
      var fetcher = new Fetcher(new Web(Map.of(), "test"), new ImageCache(state), proxmox);
      var transfers = new Transfers(fetcher, new RealAddresses(), NodeShell.none());
      var step =
          new Step("images/a", new TreeSet<>(), operation, node, Effect.NONE, 0, new TreeSet<>());
      RunContext context =
          RunContext.of("run-1", new Actor.Human("root"), TOKEN, way, MortalJournal.immortal())
              .withTime(proxmox)
              .withWorkers(new Workers(Map.of("images", new ImageWorker(records, transfers))));
      return new Executor()
          .run(
              Reviews.allowed(ToyPlanner.of(List.of(step), new TreeMap<>())),
              context,
              event -> {
                if (event instanceof Event.StepProgress progress) {
                  heard.add(progress.done());
                }
              })
          .steps()
          .getFirst();
    }

    List<ImageRecord> records() {
      return records.all();
    }
  }

  /** Something happens at certain calls, once. */
  private static final class Meddled implements Proxmox {
    private final Proxmox proxmox;
    private final String path;
    private final Consumer<Boolean> meddle;
    private boolean done;

    /**
     * @param meddle hears whether Proxmox has the call by then
     */
    Meddled(Proxmox proxmox, String path, Consumer<Boolean> meddle) {
      this.proxmox = proxmox;
      this.path = path;
      this.meddle = meddle;
    }

    @Override
    public Answer answer(ApiCall call) {
      boolean mine = !done && call.path().endsWith(path);
      done |= mine;
      if (mine) {
        meddle.accept(false);
      }
      Answer answer = proxmox.answer(call);
      if (mine) {
        meddle.accept(true);
      }
      return answer;
    }

    /** As an upload goes: all bytes first, then the end of the request. */
    @Override
    public Answer upload(ApiCall call, FileUpload file) {
      file.sent().accept(CONTENT.length / 2);
      if (path.equals("/upload")) {
        meddle.accept(false);
      }
      file.sent().accept(CONTENT.length);
      return proxmox.upload(call, file);
    }

    @Override
    public void close() {}
  }

  private @Nullable Volume volume() {
    cluster.advance(Duration.ofHours(1));
    return cluster
        .with(all -> Optional.ofNullable(all.storages().find("pve-1", VOLUME)))
        .orElse(null);
  }

  private void put(String file, byte[] data) {
    cluster.with(all -> {
      var nas = all.storages().enabled("nas", "pve-1");
      all.storages().putFile(nas, "pve-1", "iso", file, "iso", data.length).data(data);
      return true;
    });
  }

  private void isWholeAndOne() {
    assertThat(Objects.requireNonNull(volume()).data()).isEqualTo(CONTENT);
    assertThat(proxmox.call(ApiCall.get("/nodes/pve-1/storage/nas/content")).objects()).hasSize(1);
  }

  /**
   * @param begun whether the first one's task runs when the second one begins
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoManagersThatLetNodesFetchOneFileLeaveOneWholeFile(boolean begun) {
    var first = new Manager("first", "pve-1");
    var second = new Manager("second", "pve-2");
    var other = new ArrayList<StepResult>();
    var way =
        new Meddled(
            proxmox,
            "/download-url",
            sent -> {
              if (sent == begun) {
                other.add(second.run(download(), proxmox));
              }
            });
    StepResult mine = first.run(download(), way);
    assertThat(mine.done()).as(mine.toString()).isTrue();
    assertThat(other).singleElement().matches(StepResult::done);
    isWholeAndOne();
    if (!begun) {
      assertThat(mine.message())
          .contains("has come to be meanwhile, by somebody else", "checksum was right");
      assertThat(first.records()).isEmpty();
    }
    assertThat(second.records()).hasSize(1);
  }

  @Test
  void ofTwoManagersThatUploadOneFileTheSecondSaysSo() {
    var first = new Manager("first", "pve-1");
    var second = new Manager("second", "pve-2");
    var way =
        new Meddled(
            proxmox,
            "/upload",
            _ ->
                assertThat(second.run(transfer(), new Meddled(proxmox, "/upload", _ -> {})).done())
                    .isTrue());
    StepResult mine = first.run(transfer(), way);
    assertThat(mine.status()).isEqualTo(StepResult.Status.REFUSED);
    assertThat(mine.message()).contains("has come to be meanwhile; nothing was done to it");
    isWholeAndOne();
    assertThat(first.records()).isEmpty();
  }

  @Test
  void aFileThatComesUnderTheNameWhileAnotherIsSentIsNotWrittenOver() {
    byte[] theirs = new byte[5_000];
    var manager = new Manager("first", "pve-1");
    StepResult result =
        manager.run(transfer(), new Meddled(proxmox, "/upload", _ -> put(NAME, theirs)));
    assertThat(result.status()).as(result.toString()).isEqualTo(StepResult.Status.REFUSED);
    assertThat(Objects.requireNonNull(volume()).data()).isEqualTo(theirs);
    assertThat(manager.records()).isEmpty();
  }

  @Test
  void aStorageThatFillsUpWhileANodeFetchesIsNamedAndKeepsNothing() {
    var manager = new Manager("first", "pve-1");
    var way =
        new Meddled(
            proxmox,
            "/download-url",
            sent -> {
              if (!sent) {
                put("other.iso", new byte[99_900_000]);
              }
            });
    StepResult result = manager.run(download(), way);
    assertThat(result.status()).isEqualTo(StepResult.Status.FAILED);
    assertThat(result.message())
        .contains("storage nas of pve-1 is full; nothing of it was kept; make room there");
    assertThat(volume()).isNull();
    assertThat(manager.records()).isEmpty();
  }

  /** By a node's commands the call itself waits for the download, and tells of it meanwhile. */
  @Test
  void aDownloadByCommandsTellsHowFarItIsWhileItRuns() {
    List<Long> heard = new ArrayList<>();
    var way = new Waiting(proxmox, heard);
    var manager = new Manager("first", "pve-1");
    StepResult result = manager.run(download(), way, heard);
    assertThat(result.done()).as(result.toString()).isTrue();
    assertThat(way.during).contains(0L, 196_608L);
    assertThat(heard).isSorted().doesNotHaveDuplicates().last().isEqualTo(400_000L);
  }

  private static final class Waiting implements Proxmox {
    private final Proxmox proxmox;
    private final List<Long> heard;
    private List<Long> during = List.of();

    Waiting(Proxmox proxmox, List<Long> heard) {
      this.proxmox = proxmox;
      this.heard = heard;
    }

    @Override
    public Answer answer(ApiCall call) {
      return proxmox.answer(call);
    }

    @Override
    public Answer answer(ApiCall call, Consumer<String> lines) {
      lines.accept("Length: 400000 (391K) [application/octet-stream]");
      lines.accept("   192K ........ ........ ........ ........  49% 1.20M 3s");
      during = List.copyOf(heard);
      return proxmox.answer(call);
    }

    @Override
    public void close() {}
  }

  @Test
  void whereANodeCanNotSayWhatIsAtAnAddressPivmBringsTheFile() {
    var manager = new Manager("first", "pve-1");
    var way =
        new Meddled(
            proxmox,
            "/query-url-metadata",
            _ -> {
              throw ProxmoxErrors.of(
                  ApiCall.get("/nodes/pve-1/query-url-metadata"),
                  500,
                  "invalid server response: '500 Can't connect'",
                  Map.of());
            });
    StepResult result = manager.run(download(), way);
    assertThat(result.done()).as(result.toString()).isTrue();
    isWholeAndOne();
    assertThat(manager.records()).hasSize(1);
  }
}
