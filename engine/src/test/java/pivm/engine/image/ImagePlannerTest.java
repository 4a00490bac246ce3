package pivm.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.Rights;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.Checksum;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredImage;
import pivm.engine.manifest.DesiredImages;
import pivm.engine.manifest.ImageReader;
import pivm.engine.manifest.KnownKeys;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.plan.Change;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.KindPlanner;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Step;

class ImagePlannerTest {
  private static final String OLD = "local:iso/os-1.0.iso";
  private static final String NEW = "local:iso/os-1.1.iso";
  private static final Checksum SUM = new Checksum("sha256", "ab".repeat(32));

  private final Map<String, String> storages =
      new HashMap<>(Map.of("local", "dir", "shared", "nfs", "lvm", "lvmthin"));
  private final Set<String> offline = new TreeSet<>();
  private final Map<String, Set<String>> files = new HashMap<>();
  private final List<ImageRecord> records = new ArrayList<>();
  private final List<ImageSight.Uses.Used> used = new ArrayList<>();
  private final Map<String, String> unread = new HashMap<>();
  private Rights rights = Rights.all();
  private String guests = "[]";
  private Offer offer = new Offer("os-1.1.iso", "https://h/os-1.1.iso", "1.1", SUM, 1000L, "tag");
  private @Nullable String silent;

  private static final String ENTRY =
      "{\"os\": \"os\", \"source_page\": \"https://h/\", \"pattern\": \"os-${version}[.]iso\"";

  private static DesiredImages declared(String settings, String... entries) {
    ImageReader.Result result =
        ImageReader.read(
            "i.json", "{" + settings + "\"images\": [" + String.join(",", entries) + "]}");
    assertThat(result.findings()).isEmpty();
    return result.images();
  }

  private Inventory inventory() {
    SortedMap<String, Node> nodes = new TreeMap<>();
    for (String node : List.of("pve-1", "pve-2")) {
      nodes.put(node, new Node(node, !offline.contains(node), 1L, 1L, null, 0.1, 4, 1, null));
    }
    SortedMap<String, Storage> known = new TreeMap<>();
    storages.forEach((id, type) -> {
      SortedMap<String, Storage.Use> use = new TreeMap<>();
      nodes.keySet().forEach(node -> use.put(node, new Storage.Use(true, 9999L, 5000L)));
      known.put(
          id,
          new Storage(
              id,
              type,
              new TreeSet<>(Set.of("iso", "vztmpl")),
              type.equals("nfs"),
              true,
              new TreeSet<>(),
              use,
              new TreeMap<>()));
    });
    var cluster =
        new Cluster("c", "9.2", true, new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), false);
    return new Inventory(cluster, nodes, new TreeMap<>(), known, rights, List.of());
  }

  private void there(String node, String... volumes) {
    files.computeIfAbsent(node, _ -> new TreeSet<>()).addAll(Set.of(volumes));
  }

  private void brought(String node, String volume, String version) {
    there(node.isEmpty() ? "pve-1" : node, volume);
    records.add(new ImageRecord("", node, volume, "os", version, SUM, "tag", 1000, 1));
  }

  private ImagePlanner planner(DesiredImages declared) {
    Map<DesiredImage, ImageSight.Source> sources = new HashMap<>();
    SortedMap<ImagePlace, ImageSight.Held> places = new TreeMap<>();
    for (DesiredImage image : declared.images()) {
      sources.put(
          image,
          silent == null
              ? new ImageSight.Source.Offers(offer)
              : new ImageSight.Source.Silent(silent));
      for (ImagePlace place : ImagePlaces.of(image, declared, "local", inventory()).places()) {
        places.put(place, held(place));
      }
    }
    var uses = new ImageSight.Uses(used, unread);
    return new ImagePlanner(declared, "local", new ImageSight("", sources, places, records, uses));
  }

  private ImageSight.Held held(ImagePlace place) {
    SortedMap<String, Storage.Volume> volumes = new TreeMap<>();
    for (String id : files.getOrDefault(place.node(), Set.of())) {
      if (id.startsWith(place.storage() + ":")) {
        String content = id.substring(id.indexOf(':') + 1, id.indexOf('/'));
        volumes.put(id, new Storage.Volume(id, content, null, 1000, "iso", 1));
      }
    }
    return new ImageSight.Held.Files(volumes);
  }

  private KindPlanner.Fragment plan(DesiredImages declared) {
    Desired desired =
        ManifestReader.read(
                List.of(new ManifestReader.Source("g.json", guests)), KnownKeys.builtIn())
            .desired();
    return planner(declared).plan(desired, inventory(), PlanOptions.defaults());
  }

  private static List<String> ids(KindPlanner.Fragment fragment) {
    return fragment.steps().stream().map(Step::id).toList();
  }

  @Test
  void aMissingImageIsFetchedByEachNodeThatHasTheStorage() {
    KindPlanner.Fragment plan = plan(declared("", ENTRY + "}"));
    assertThat(ids(plan))
        .containsExactly(
            "images/pve-1/local:iso/os-1.1.iso/fetch", "images/pve-2/local:iso/os-1.1.iso/fetch");
    assertThat(plan.steps().getFirst().operation()).isInstanceOf(ImageOperation.Download.class);
    assertThat(plan.changes()).hasSize(2);
  }

  @Test
  void onSharedStorageItIsFetchedOnce() {
    assertThat(ids(plan(declared("\"storage\": \"shared\", ", ENTRY + "}"))))
        .containsExactly("images/pve-1/shared:iso/os-1.1.iso/fetch");
  }

  @Test
  void whatIsThereStaysWithOrWithoutARecord() {
    brought("pve-1", NEW, "1.1");
    there("pve-2", NEW);
    KindPlanner.Fragment plan = plan(declared("", ENTRY + "}"));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.changes()).isEmpty();
  }

  @Test
  void anOlderVersionThatPivmBroughtGoesAfterTheNewOneHasCome() {
    brought("pve-1", OLD, "1.0");
    there("pve-1", "local:iso/os-0.9.iso");
    DesiredImages declared =
        declared("\"obsolete\": \"delete\", ", ENTRY + ", \"node\": \"pve-1\"}");
    KindPlanner.Fragment plan = plan(declared);
    assertThat(ids(plan))
        .containsExactly(
            "images/pve-1/local:iso/os-1.1.iso/fetch", "images/pve-1/local:iso/os-1.0.iso/delete");
    assertThat(plan.steps().getLast().after())
        .containsExactly("images/pve-1/local:iso/os-1.1.iso/fetch");
    var delete = (ImageOperation.Delete) plan.steps().getLast().operation();
    assertThat(delete.consent()).isEqualTo("its manifest says obsolete: delete");
  }

  @Test
  void withoutConsentItIsReported() {
    brought("pve-1", OLD, "1.0");
    there("pve-1", NEW);
    KindPlanner.Fragment plan = plan(declared("", ENTRY + ", \"node\": \"pve-1\"}"));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.changes()).extracting(Change::reason).containsExactly("obsolete");
    assertThat(plan.changes().getFirst().notes().getFirst()).contains("lets it go");
  }

  @Test
  void asManyVersionsStayAsTheEntryKeeps() {
    there("pve-1", NEW);
    for (String version : List.of("0.8", "0.9", "0.10", "1.0")) {
      brought("pve-1", "local:iso/os-" + version + ".iso", version);
    }
    DesiredImages declared =
        declared("\"obsolete\": \"delete\", ", ENTRY + ", \"node\": \"pve-1\", \"keep\": 3}");
    assertThat(ids(plan(declared)))
        .containsExactly(
            "images/pve-1/local:iso/os-0.9.iso/delete", "images/pve-1/local:iso/os-0.8.iso/delete");
  }

  @Test
  void strictCallsOthersFilesObsoleteToo() {
    there("pve-1", NEW, "local:iso/foreign.iso", "local:vztmpl/x.tar.zst");
    String only = ENTRY + ", \"node\": \"pve-1\"}";
    assertThat(plan(declared("\"obsolete\": \"delete\", ", only)).steps()).isEmpty();
    assertThat(ids(plan(declared("\"obsolete\": \"delete\", \"strict\": true, ", only))))
        .containsExactly(
            "images/pve-1/local:iso/foreign.iso/delete",
            "images/pve-1/local:vztmpl/x.tar.zst/delete");
  }

  @Test
  void anEmptyManifestMeansNothingGoes() {
    brought("pve-1", OLD, "1.0");
    KindPlanner.Fragment plan = plan(declared("\"obsolete\": \"delete\", \"strict\": true, "));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.changes()).isEmpty();
  }

  @Test
  void whatAGuestOrAManifestUsesNeverGoes() {
    brought("pve-1", OLD, "1.0");
    there("pve-1", NEW);
    DesiredImages declared =
        declared("\"obsolete\": \"delete\", ", ENTRY + ", \"node\": \"pve-1\"}");
    used.add(new ImageSight.Uses.Used("vm 100 a", "pve-1", OLD));
    assertThat(plan(declared).steps()).isEmpty();
    used.clear();
    used.add(new ImageSight.Uses.Used("vm 100 a", "pve-2", OLD));
    assertThat(plan(declared).steps()).as("another node's local file").hasSize(1);
    used.clear();
    guests =
        "[{\"type\": \"vm\", \"vmid\": 300, \"hostname\": \"a\", \"template\": \"" + OLD + "\"}]";
    assertThat(plan(declared).steps()).isEmpty();
    guests =
        "[{\"type\": \"vm\", \"vmid\": 300, \"hostname\": \"a\","
            + " \"options\": {\"ide2\": \""
            + OLD
            + ",media=cdrom\"}}]";
    assertThat(plan(declared).steps()).isEmpty();
    guests = "[]";
    unread.put("vm 101 b", "node pve-2 is offline");
    assertThat(plan(declared).steps()).as("nobody can tell").isEmpty();
  }

  @Test
  void aSourceThatSaysNothingLeavesEverythingAsItIs() {
    brought("pve-1", OLD, "1.0");
    brought("pve-1", "local:iso/os-0.9.iso", "0.9");
    silent = "https://h/ does not answer within 5 s";
    KindPlanner.Fragment plan =
        plan(declared("\"obsolete\": \"delete\", ", ENTRY + ", \"node\": \"pve-1\"}"));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.unknown()).extracting(one -> one.subject()).containsExactly("image os");
  }

  @Test
  void aPinnedImageThatIsThereNeedsNoSource() {
    there("pve-1", NEW);
    silent = "no answer";
    KindPlanner.Fragment plan =
        plan(
            declared(
                "", "{\"os\": \"os\", \"url\": \"https://h/os-1.1.iso\", \"node\": \"pve-1\"}"));
    assertThat(plan.unknown()).isEmpty();
    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void otherContentUnderTheSameNameIsReplacedUnlessAGuestUsesIt() {
    brought("pve-1", NEW, "1.1");
    offer = offer.withChecksum(new Checksum("sha256", "cd".repeat(32)));
    DesiredImages declared =
        declared("\"obsolete\": \"delete\", ", ENTRY + ", \"node\": \"pve-1\"}");
    KindPlanner.Fragment plan = plan(declared);
    assertThat(ids(plan)).containsExactly("images/pve-1/local:iso/os-1.1.iso/replace");
    assertThat(((ImageOperation.Transfer) plan.steps().getFirst().operation()).consent())
        .isNotNull();
    used.add(new ImageSight.Uses.Used("vm 100 a", "pve-1", NEW));
    assertThat(plan(declared).steps()).isEmpty();
  }

  @Test
  void withoutTheRightPivmFetchesItself() {
    rights = new Rights(false, new TreeMap<>(Map.of("/", new TreeSet<>(Set.of("Sys.Audit")))));
    var step = plan(declared("", ENTRY + ", \"node\": \"pve-1\"}")).steps().getFirst();
    assertThat(step.operation()).isInstanceOf(ImageOperation.Transfer.class);
  }

  @Test
  void anAddressWithSecretsIsFetchedByPivmAndNeverShown() {
    offer = new Offer("os-1.1.iso", "https://me:pw@h/os-1.1.iso?t=abc", "1.1", SUM, 1L, null);
    KindPlanner.Fragment plan = plan(declared("", ENTRY + ", \"node\": \"pve-1\"}"));
    assertThat(plan.steps().getFirst().operation()).isInstanceOf(ImageOperation.Transfer.class);
    assertThat(plan.toString()).doesNotContain("pw@", "t=abc");
  }

  @Test
  void whatCanNotBeIsAnObstacleThatSaysWhatToDo() {
    assertThat(obstacle(ENTRY + ", \"storage\": \"lvm\"}")).contains("holds no files");
    assertThat(obstacle(ENTRY + ", \"storage\": \"nope\"}")).contains("there is no storage nope");
    assertThat(obstacle(ENTRY + ", \"node\": \"pve-9\"}")).contains("there is no node pve-9");
    assertThat(obstacle(ENTRY + ", \"type\": \"vztmpl\", \"node\": \"pve-1\"}"))
        .contains("can't be stored as vztmpl");
    offer = offer.withContent(6000L, null);
    offer = new Offer(offer.name(), offer.address(), "1.1", SUM, 6000L, null);
    assertThat(obstacle(ENTRY + ", \"node\": \"pve-1\"}")).contains("does not fit on local");
    offer = new Offer("os-1.1.qcow2", "https://h/os-1.1.qcow2", "1.1", SUM, 1L, null);
    assertThat(obstacle(ENTRY + ", \"node\": \"pve-1\"}"))
        .contains("is not for import; allow it with: pvesm set local --content");
  }

  private String obstacle(String entry) {
    KindPlanner.Fragment plan = plan(declared("", entry));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles()).hasSize(1);
    return plan.obstacles().stream().map(Obstacle::sentence).findFirst().orElse("");
  }

  @Test
  void filesThatFitOneByOneAndNotTogetherAreAnObstacle() {
    offer = offer.withContent(3000L, "tag");
    KindPlanner.Fragment plan =
        plan(
            declared(
                "", ENTRY + ", \"node\": \"pve-1\"}", ENTRY + ", \"filename\": \"other.iso\"}"));
    assertThat(ids(plan))
        .containsExactly(
            "images/pve-1/" + NEW + "/fetch", "images/pve-2/local:iso/other.iso/fetch");
    assertThat(plan.obstacles())
        .extracting(Obstacle::sentence)
        .singleElement()
        .asString()
        .contains("does not fit on local on pve-1", "of which the others take");
  }

  @Test
  void twoEntriesForOneNameAreAnObstacle() {
    KindPlanner.Fragment plan = plan(declared("", ENTRY + ", \"node\": \"pve-1\"}"));
    assertThat(plan.obstacles()).isEmpty();
    plan =
        plan(
            declared(
                "",
                ENTRY + ", \"node\": \"pve-1\"}",
                ENTRY.replace("\"os\"", "\"os\"") + ", \"node\": \"pve-1\", \"keep\": 2}"));
    assertThat(plan.steps()).as("the same file twice is one file").hasSize(1);
  }

  @Test
  void anOfflineNodeIsUnknownAndTheRestGoesOn() {
    offline.add("pve-2");
    KindPlanner.Fragment plan = plan(declared("", ENTRY + "}"));
    assertThat(plan.steps()).hasSize(1);
    assertThat(plan.unknown())
        .extracting(one -> one.subject())
        .containsExactly("image os on pve-2");
  }

  @Test
  void nothingThatMayNotGoEverDoes() {
    long seed = Long.getLong("pivm.seed", System.nanoTime());
    var random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      files.clear();
      records.clear();
      used.clear();
      Set<String> mine = new TreeSet<>();
      for (int i = 0; i < random.nextInt(6); i++) {
        String version = random.nextInt(3) + "." + random.nextInt(12);
        String volume = "local:iso/os-" + version + ".iso";
        if (random.nextBoolean()) {
          brought("pve-1", volume, version);
          mine.add(volume);
        } else {
          there("pve-1", volume);
        }
        if (random.nextInt(3) == 0) {
          used.add(new ImageSight.Uses.Used("vm 100", "pve-1", volume));
        }
      }
      int keep = 1 + random.nextInt(3);
      KindPlanner.Fragment plan =
          plan(
              declared(
                  "\"obsolete\": \"delete\", ",
                  ENTRY + ", \"node\": \"pve-1\", \"keep\": " + keep + "}"));
      for (Step step : plan.steps()) {
        if (step.operation() instanceof ImageOperation.Delete delete) {
          String shown = "seed " + seed + ", round " + round + ": " + delete.volume();
          assertThat(mine).as(shown).contains(delete.volume());
          assertThat(used).as(shown).noneMatch(one -> one.volume().equals(delete.volume()));
          assertThat(delete.volume()).as(shown).isNotEqualTo(NEW);
        }
      }
    }
  }
}
