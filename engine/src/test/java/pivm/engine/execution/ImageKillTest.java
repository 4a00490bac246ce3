package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.engine.history.JournalRecord;
import pivm.engine.history.Run;
import pivm.engine.image.ImageRecord;
import pivm.engine.image.source.Fetcher;
import pivm.engine.image.source.ImageCache;
import pivm.engine.image.source.ImageRecords;
import pivm.engine.image.source.ImageWorker;
import pivm.engine.image.source.RealAddresses;
import pivm.engine.image.source.Transfers;
import pivm.engine.image.source.Web;
import pivm.engine.observation.Observer;
import pivm.engine.pipeline.ClusterIdentity;
import pivm.engine.plan.Effect;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.Step;
import pivm.engine.rails.Actor;
import pivm.engine.rails.Reviews;
import pivm.proxmox.Proxmox;
import pivm.proxmox.command.NodeShell;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.mirror.Mirror;
import pivm.simulator.state.SimulatedTime;
import pivm.simulator.state.Volume;

/** Work on images, killed at every point of its journal, on the simulated cluster. */
class ImageKillTest {
  private static final String TOKEN = "root@pam!pivm";
  private static final String NAME = "a.iso";
  private static final String VOLUME = "local:iso/" + NAME;
  private static final byte[] CONTENT = new byte[400_000];

  /** Bytes of what was there before. */
  private static final long OLD = 300_000;

  static {
    new Random(3).nextBytes(CONTENT);
  }

  @TempDir Path folder;
  private final Mirror mirror = Mirror.start(Mirror.Look.NGINX).put("/" + NAME, CONTENT);

  @AfterEach
  void close() {
    mirror.close();
  }

  private ImageOperation.Origin origin() {
    return new ImageOperation.Origin(
        "a", "1", mirror.url("/" + NAME), "sha256:" + Mirror.sha256(CONTENT), "", null, 400_000);
  }

  private static ImageOperation.Origin origin(String address) {
    return new ImageOperation.Origin("a", "1", address, null, "", null, -1);
  }

  /** Which files the storage holds in the beginning. */
  private enum Start {
    EMPTY,
    BROUGHT
  }

  /** What the way to Proxmox is. */
  enum Way {
    API,
    COMMANDS
  }

  /** Whether a world has become as it should be. */
  private interface Goal {
    boolean reached(@Nullable Volume volume);
  }

  private static final class World {
    final SimulatedCluster cluster;
    final TickingProxmox proxmox;
    final Path state;
    final Workers workers;
    final Proxmox way;
    final String volume;

    World(Path state, String volume, Start start, Way kind) {
      this.state = state;
      this.volume = volume;
      SimulatedCluster.Builder builder =
          SimulatedCluster.builder()
              .name("test")
              .seed(7)
              .time(SimulatedTime.manual(Instant.parse("2026-01-01T00:00:00Z")))
              .nodes("pve-1")
              .token(TOKEN, "secret");
      boolean there = start == Start.BROUGHT;
      cluster = (there ? builder.file("local", "iso", NAME, "iso", OLD) : builder).build();
      proxmox = new TickingProxmox(cluster, TOKEN, "secret");
      way = kind == Way.API ? proxmox : new WithoutFiles(proxmox);
      var fetcher = new Fetcher(new Web(Map.of(), "test"), new ImageCache(state), proxmox);
      var transfers =
          new Transfers(
              fetcher,
              new RealAddresses(),
              kind == Way.API ? NodeShell.none() : new FileNodes(cluster, state));
      if (there) {
        String known = Objects.requireNonNullElse(ClusterIdentity.of(proxmox), "");
        new ImageRecords(state)
            .add(new ImageRecord(known, "pve-1", volume, "a", "1", null, null, OLD, 1));
      }
      workers = new Workers(Map.of("images", new ImageWorker(new ImageRecords(state), transfers)));
    }

    void run(ImageOperation operation, MortalJournal journal) {
      var step =
          new Step(
              "images/a", new TreeSet<>(), operation, "pve-1", Effect.NONE, 0, new TreeSet<>());
      RunContext context =
          RunContext.of("run-1", new Actor.Human("root"), TOKEN, way, journal)
              .withTime(proxmox)
              .withWorkers(workers);
      try {
        new Executor()
            .run(
                Reviews.allowed(ToyPlanner.of(List.of(step), new TreeMap<>())),
                context,
                EventListener.none());
      } catch (Killed killed) {
        // What was in flight is settled before the next run.
      }
    }

    String settle(MortalJournal journal) {
      var run = new Run("run-1", journal.records, 0);
      if (run.ended() != null) {
        return "";
      }
      var resumer =
          new Resumer(
              way,
              Observer.over(proxmox),
              proxmox,
              Limits.defaults(),
              new StopSignal(),
              Unlocker.none(),
              workers);
      Resumer.Report report = resumer.settle(run, journal.records::add);
      assertThat(report.settled()).isTrue();
      return report.toString();
    }

    @Nullable Volume volume() {
      cluster.advance(Duration.ofHours(1));
      return cluster
          .with(all -> Optional.ofNullable(all.storages().find("pve-1", volume)))
          .orElse(null);
    }

    byte @Nullable [] data() {
      Volume there = volume();
      return there == null ? null : there.data();
    }

    List<ImageRecord> records() {
      return new ImageRecords(state).all();
    }
  }

  /** Kills, settles, and does again what a plan would still find to do. */
  private void killEverywhere(ImageOperation operation, Start start, Way way, Goal goal)
      throws IOException {
    MortalJournal calm = MortalJournal.immortal();
    var whole = new World(folder.resolve("calm"), operation.volume(), start, way);
    whole.run(operation, calm);
    assertThat(goal.reached(whole.volume())).as("it works unharmed: " + calm.records).isTrue();
    for (int point = 1; point <= calm.records.size(); point++) {
      for (boolean recorded : new boolean[] {false, true}) {
        String name = "killed at " + point + (recorded ? "+" : "-");
        var world = new World(folder.resolve(name), operation.volume(), start, way);
        var journal = new MortalJournal(point, recorded);
        world.run(operation, journal);
        world.settle(journal);
        if (!goal.reached(world.volume())) {
          world.run(operation, MortalJournal.immortal());
        }
        assertThat(goal.reached(world.volume())).as(name).isTrue();
        check(world, name, operation instanceof ImageOperation.Delete);
      }
    }
  }

  private static void check(World world, String name, boolean gone) throws IOException {
    if (gone) {
      assertThat(world.records()).as(name).isEmpty();
    } else {
      assertThat(world.records())
          .as(name)
          .singleElement()
          .satisfies(one -> assertThat(one.volume()).isEqualTo(world.volume));
    }
    Path cache = world.state.resolve("images/cache");
    if (Files.exists(cache)) {
      try (var files = Files.list(cache)) {
        assertThat(files.map(Path::toString))
            .as(name)
            .noneMatch(file -> file.endsWith(".part") || file.endsWith(".unpacking"));
      }
    }
    assertThat(FileNodes.parts(world.state)).as(name).isEmpty();
  }

  private static boolean isWhole(@Nullable Volume volume) {
    return volume != null
        && volume.size() == CONTENT.length
        && Arrays.equals(volume.data(), CONTENT);
  }

  @Test
  void whatTheNodeFetchesIsThereOnceAndWhole() throws IOException {
    killEverywhere(
        new ImageOperation.Download("local", "iso", NAME, origin()),
        Start.EMPTY,
        Way.API,
        ImageKillTest::isWhole);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsFetchedAndBroughtIsThereOnceAndWhole(Way way) throws IOException {
    killEverywhere(
        new ImageOperation.Transfer("local", "iso", NAME, origin(), false, false),
        Start.EMPTY,
        way,
        ImageKillTest::isWhole);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReplacedIsTheNewFileInTheEnd(Way way) throws IOException {
    killEverywhere(
        new ImageOperation.Transfer("local", "iso", NAME, origin(), true, true),
        Start.BROUGHT,
        way,
        ImageKillTest::isWhole);
  }

  @Test
  void aTemplateOfProxmoxsListIsThereOnce() throws IOException {
    String name = "debian-13-standard_13.0-1_amd64.tar.zst";
    killEverywhere(
        new ImageOperation.Template("local", name, origin(name)),
        Start.EMPTY,
        Way.API,
        Objects::nonNull);
  }

  @Test
  void anImageOfARegistryIsThereOnce() throws IOException {
    killEverywhere(
        new ImageOperation.Pull(
            "local", "alpine_3.22.tar", origin("docker.io/library/alpine:3.22")),
        Start.EMPTY,
        Way.API,
        Objects::nonNull);
  }

  @Test
  void whatIsDeletedIsGone() throws IOException {
    killEverywhere(
        new ImageOperation.Delete("local", VOLUME, false), Start.BROUGHT, Way.API, Objects::isNull);
  }

  /** Killed when its next step would have been to send; then somebody else uses the name. */
  @ParameterizedTest
  @ValueSource(longs = {100_000, 400_000, 500_000})
  void whatSomebodyElsePutsThereAfterAKillIsLeftAlone(long size) throws IOException {
    for (ImageOperation.Fetch operation :
        List.of(
            new ImageOperation.Transfer("local", "iso", NAME, origin(), false, false),
            new ImageOperation.Download("local", "iso", NAME, origin()))) {
      var calm = MortalJournal.immortal();
      new World(folder.resolve("calm" + size + operation.getClass()), VOLUME, Start.EMPTY, Way.API)
          .run(operation, calm);
      int last =
          (int)
              calm.records.stream()
                  .takeWhile(one -> !(one instanceof JournalRecord.TaskKnown))
                  .count();
      var world =
          new World(folder.resolve(size + "" + operation.getClass()), VOLUME, Start.EMPTY, Way.API);
      var journal = new MortalJournal(last, true);
      world.run(operation, journal);
      assertThat(world.volume()).isNull();
      byte[] theirs = new byte[(int) size];
      world.cluster.with(all -> {
        var local = all.storages().enabled("local", "pve-1");
        all.storages().putFile(local, "pve-1", "iso", NAME, "iso", size).data(theirs);
        return true;
      });
      String report = world.settle(journal);
      assertThat(world.data()).as(report).isEqualTo(theirs);
      world.run(operation, MortalJournal.immortal());
      assertThat(world.data()).isEqualTo(theirs);
      boolean alike = operation instanceof ImageOperation.Transfer && size == CONTENT.length;
      assertThat(world.records()).hasSize(alike ? 1 : 0);
    }
  }
}
