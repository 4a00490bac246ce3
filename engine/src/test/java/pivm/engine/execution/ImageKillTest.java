package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

  private static final class World {
    final SimulatedCluster cluster;
    final TickingProxmox proxmox;
    final Path state;
    final Workers workers;

    World(Path state, boolean there) {
      this.state = state;
      SimulatedCluster.Builder builder =
          SimulatedCluster.builder()
              .name("test")
              .seed(7)
              .time(SimulatedTime.manual(Instant.parse("2026-01-01T00:00:00Z")))
              .nodes("pve-1")
              .token(TOKEN, "secret");
      cluster = (there ? builder.file("local", "iso", NAME, "iso", 400_000) : builder).build();
      proxmox = new TickingProxmox(cluster, TOKEN, "secret");
      var fetcher = new Fetcher(new Web(Map.of(), "test"), new ImageCache(state), proxmox);
      var transfers = new Transfers(fetcher, new RealAddresses(), NodeShell.none());
      if (there) {
        String known = Objects.requireNonNullElse(ClusterIdentity.of(proxmox), "");
        new ImageRecords(state)
            .add(new ImageRecord(known, "pve-1", VOLUME, "a", "1", null, null, 400_000, 1));
      }
      workers = new Workers(Map.of("images", new ImageWorker(new ImageRecords(state), transfers)));
    }

    void run(ImageOperation operation, MortalJournal journal) {
      var step =
          new Step(
              "images/a", new TreeSet<>(), operation, "pve-1", Effect.NONE, 0, new TreeSet<>());
      RunContext context =
          RunContext.of("run-1", new Actor.Human("root"), TOKEN, proxmox, journal)
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

    void settle(MortalJournal journal) {
      var run = new Run("run-1", journal.records, 0);
      if (run.ended() == null) {
        var resumer =
            new Resumer(
                proxmox,
                Observer.over(proxmox),
                proxmox,
                Limits.defaults(),
                new StopSignal(),
                Unlocker.none(),
                workers);
        assertThat(resumer.settle(run, journal.records::add).settled()).isTrue();
      }
    }

    @Nullable Volume volume() {
      cluster.advance(Duration.ofHours(1));
      return cluster
          .with(all -> Optional.ofNullable(all.storages().find("pve-1", VOLUME)))
          .orElse(null);
    }
  }

  /** Kills, settles, and does again what a plan would still find to do. */
  private void killEverywhere(ImageOperation operation, boolean there) throws IOException {
    MortalJournal calm = MortalJournal.immortal();
    var whole = new World(folder.resolve("calm"), there);
    whole.run(operation, calm);
    assertThat(whole.volume() == null).as("it works unharmed: " + calm.records).isEqualTo(there);
    for (int point = 1; point <= calm.records.size(); point++) {
      for (boolean recorded : new boolean[] {false, true}) {
        String name = "killed at " + point + (recorded ? "+" : "-");
        var world = new World(folder.resolve(name), there);
        var journal = new MortalJournal(point, recorded);
        world.run(operation, journal);
        world.settle(journal);
        if ((world.volume() != null) == there) {
          world.run(operation, MortalJournal.immortal());
        }
        check(world, name, there);
      }
    }
  }

  private static void check(World world, String name, boolean gone) throws IOException {
    Volume volume = world.volume();
    if (gone) {
      assertThat(volume).as(name).isNull();
      assertThat(new ImageRecords(world.state).all()).as(name).isEmpty();
    } else {
      if (volume == null) {
        throw new AssertionError(name + ": " + VOLUME + " is not there");
      }
      assertThat(volume.size()).as(name).isEqualTo(CONTENT.length);
      assertThat(volume.data()).as(name).isEqualTo(CONTENT);
      assertThat(new ImageRecords(world.state).all())
          .as(name)
          .singleElement()
          .satisfies(one -> assertThat(one.volume()).isEqualTo(VOLUME));
    }
    Path cache = world.state.resolve("images/cache");
    if (Files.exists(cache)) {
      try (var files = Files.list(cache)) {
        assertThat(files.map(Path::toString))
            .as(name)
            .noneMatch(file -> file.endsWith(".part") || file.endsWith(".unpacking"));
      }
    }
  }

  @Test
  void whatTheNodeFetchesIsThereOnceAndWhole() throws IOException {
    killEverywhere(new ImageOperation.Download("local", "iso", NAME, origin()), false);
  }

  @Test
  void whatIsFetchedAndUploadedIsThereOnceAndWhole() throws IOException {
    killEverywhere(
        new ImageOperation.Transfer("local", "iso", NAME, origin(), false, false), false);
  }

  @Test
  void whatIsDeletedIsGone() throws IOException {
    killEverywhere(new ImageOperation.Delete("local", VOLUME, false), true);
  }
}
