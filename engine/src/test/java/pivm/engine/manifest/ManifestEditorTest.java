package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.proxmox.json.Json;

class ManifestEditorTest {
  private static final String MANIFEST =
      """
      // our guests
      [
          {
              "type": "vm", "vmid": 100,
              "memory": 512, // small
              // what it has
              "options": { "onboot": 1 },
          }, // the first
          {"type": "lxc", "vmid": 200},
          // more to come
      ]
      """;

  @Test
  void manyEntriesAddedAtOnceReadLikeOneAfterTheOther() {
    Json.Obj one = Json.object().put("type", "lxc").put("vmid", 101).build();
    Json.Obj other = Json.object().put("type", "vm").put("vmid", 102).build();
    for (String text : List.of("[]\n", "[\n  // first\n  {\"vmid\": 100}, // kept\n]\n")) {
      assertThat(ManifestEditor.addAll(text, List.of(one, other)))
          .isEqualTo(ManifestEditor.add(ManifestEditor.add(text, one), other));
    }
  }

  @Test
  void aValueIsReplacedWhereItStands() {
    assertThat(ManifestEditor.set(MANIFEST, 100, List.of("memory"), Json.of(1024)))
        .isEqualTo(MANIFEST.replace("512", "1024"));
    assertThat(ManifestEditor.set(MANIFEST, 100, List.of("options", "onboot"), Json.of(false)))
        .isEqualTo(MANIFEST.replace("\"onboot\": 1", "\"onboot\": false"));
  }

  @Test
  void aNewFieldTakesItsUsualPlace() {
    assertThat(ManifestEditor.set(MANIFEST, 100, List.of("cores"), Json.of(2)))
        .isEqualTo(MANIFEST.replace("512, // small\n", "512, // small\n        \"cores\": 2,\n"));
    assertThat(ManifestEditor.set(MANIFEST, 100, List.of("options", "agent"), Json.of(1)))
        .isEqualTo(MANIFEST.replace("\"onboot\": 1", "\"onboot\": 1, \"agent\": 1"));
    assertThat(ManifestEditor.set(MANIFEST, 200, List.of("memory"), Json.of(64)))
        .isEqualTo(MANIFEST.replace("200}", "200, \"memory\": 64}"));
    assertThat(ManifestEditor.set(MANIFEST, 200, List.of("options", "onboot"), Json.of(1)))
        .isEqualTo(MANIFEST.replace("200}", "200, \"options\": { \"onboot\": 1 }}"));
    assertThat(ManifestEditor.set(MANIFEST, 100, List.of("node"), Json.of("pve-01")))
        .isEqualTo(MANIFEST.replace("1 },\n", "1 },\n        \"node\": \"pve-01\",\n"));
  }

  @Test
  void aFieldIsTakenOutWithItsLine() {
    assertThat(ManifestEditor.unset(MANIFEST, 100, List.of("memory")))
        .isEqualTo(MANIFEST.replace("        \"memory\": 512, // small\n", ""));
    assertThat(ManifestEditor.unset(MANIFEST, 100, List.of("options", "onboot")))
        .isEqualTo(MANIFEST.replace("{ \"onboot\": 1 }", "{  }"));
    assertThat(ManifestEditor.unset(MANIFEST, 100, List.of("type")))
        .isEqualTo(MANIFEST.replace("\"type\": \"vm\", ", ""));
    assertThat(ManifestEditor.unset(MANIFEST, 100, List.of("swap"))).isEqualTo(MANIFEST);
    assertThat(ManifestEditor.unset(MANIFEST, 100, List.of("memory", "x"))).isEqualTo(MANIFEST);
  }

  @Test
  void anEntryIsTakenOutWithItsLines() {
    assertThat(ManifestEditor.remove(MANIFEST, 200))
        .isEqualTo(MANIFEST.replace("    {\"type\": \"lxc\", \"vmid\": 200},\n", ""));
    assertThat(ManifestEditor.remove(ManifestEditor.remove(MANIFEST, 100), 200))
        .isEqualTo("// our guests\n[\n    // more to come\n]\n");
  }

  @Test
  void anEntryIsAddedBehindTheOthersInTheFilesLayout() {
    Json.Obj entry = Json.object().put("vmid", 300).put("type", "vm").build();
    assertThat(ManifestEditor.add(MANIFEST, entry))
        .isEqualTo(
            MANIFEST.replace(
                "200},\n",
                "200},\n    {\n        \"type\": \"vm\",\n        \"vmid\": 300\n    },\n"));
    assertThat(ManifestEditor.add("[]\n", entry))
        .isEqualTo("[\n  {\n    \"type\": \"vm\",\n    \"vmid\": 300\n  }\n]\n");
    assertThat(ManifestEditor.add("{\"guests\": [\n]}", entry))
        .isEqualTo("{\"guests\": [\n  {\n    \"type\": \"vm\",\n    \"vmid\": 300\n  }\n]}");
    assertThat(ManifestEditor.add("[{\"vmid\": 1}]", entry))
        .isEqualTo("[{\"vmid\": 1},\n  {\n    \"type\": \"vm\",\n    \"vmid\": 300\n  }\n]");
  }

  @Test
  void aGuestThatIsNotThereIsNamed() {
    assertThat(ManifestEditor.declares(MANIFEST, 200)).isTrue();
    assertThat(ManifestEditor.declares(MANIFEST, 201)).isFalse();
    assertThatThrownBy(() -> ManifestEditor.remove(MANIFEST, 201))
        .hasMessage("the manifest does not declare 201");
    assertThatThrownBy(() -> ManifestEditor.remove("{}", 201))
        .hasMessage("the manifest holds no list of guests");
    assertThatThrownBy(() -> ManifestEditor.remove("[", 201)).hasMessageContaining("is not JSON");
  }

  @Test
  void anEditChangesWhatItSaysAndNothingElse() {
    int edits = 0;
    for (long seed = 1; seed <= 6000; seed++) {
      var random = new Random(seed);
      var maker = new RandomText(random);
      String text = maker.manifest();
      if (!maker.vmids.isEmpty()) {
        int vmid = maker.vmids.get(random.nextInt(maker.vmids.size()));
        String context = "seed " + seed + ", guest " + vmid + ":\n" + text + "\n=== became\n";
        switch (random.nextInt(4)) {
          case 0 -> checkSet(text, vmid, anyPath(random), context);
          case 1 -> checkUnset(text, vmid, anyPath(random), context);
          case 2 -> checkRemoved(text, vmid, context);
          default -> checkAdded(text, context);
        }
        edits++;
      }
    }
    assertThat(edits).isGreaterThan(3000);
  }

  private static List<String> anyPath(Random random) {
    List<List<String>> paths =
        List.of(
            List.of("memory"),
            List.of("net1"),
            List.of("snapshot"),
            List.of("options"),
            List.of("options", "key0"),
            List.of("options", "key2"),
            List.of("options", "new"));
    return paths.get(random.nextInt(paths.size()));
  }

  private static void checkSet(String text, int vmid, List<String> path, String context) {
    String edited = ManifestEditor.set(text, vmid, path, Json.of("NEW"));
    var expected = model(text);
    Map<String, String> entry = entry(expected, vmid);
    if (path.equals(List.of("options"))) {
      entry.keySet().removeIf(name -> name.startsWith("options"));
    } else if (path.size() == 2) {
      entry.put("options", "{}");
    }
    entry.put(String.join(".", path), "\"NEW\"");
    assertThat(model(edited)).as(context + edited).isEqualTo(expected);
    if (path.size() == 2 || !path.getFirst().equals("options")) {
      assertThat(Shown.comments(edited)).as(context + edited).isEqualTo(Shown.comments(text));
    }
  }

  private static void checkUnset(String text, int vmid, List<String> path, String context) {
    String edited = ManifestEditor.unset(text, vmid, path);
    var expected = model(text);
    String name = String.join(".", path);
    entry(expected, vmid).keySet().removeIf(key -> key.equals(name) || key.startsWith(name + "."));
    assertThat(model(edited)).as(context + edited).isEqualTo(expected);
    assertSubsequence(edited, text, context);
  }

  private static void checkRemoved(String text, int vmid, String context) {
    String edited = ManifestEditor.remove(text, vmid);
    var expected = model(text);
    expected.remove(vmid);
    assertThat(model(edited)).as(context + edited).isEqualTo(expected);
    assertSubsequence(edited, text, context);
  }

  private static void checkAdded(String text, String context) {
    Json.Obj entry = Json.object().put("memory", "NEW").put("vmid", 999).build();
    String edited = ManifestEditor.add(text, entry);
    var expected = model(text);
    expected.put(999, new TreeMap<>(Map.of("vmid", "999", "memory", "\"NEW\"")));
    assertThat(model(edited)).as(context + edited).isEqualTo(expected);
    assertThat(Shown.comments(edited)).as(context + edited).isEqualTo(Shown.comments(text));
    assertSubsequence(text.replaceAll("\\s", ""), edited.replaceAll("\\s", ""), context + edited);
  }

  private static void assertSubsequence(String part, String whole, String context) {
    int at = 0;
    for (int i = 0; i < part.length(); i++) {
      at = whole.indexOf(part.charAt(i), at) + 1;
      assertThat(at).as("kept to the letter: " + context + part).isPositive();
    }
  }

  /** The entries by VMID, their members by name; defaults and comments' members with them. */
  private static Map<Integer, Map<String, String>> model(String text) {
    Tree tree = TreeReader.read(text);
    var model = new TreeMap<Integer, Map<String, String>>();
    List<Tree> guests = new ArrayList<>();
    if (tree instanceof Tree.Arr list) {
      guests.addAll(list.elements());
    } else if (tree instanceof Tree.Obj object) {
      var others = new TreeMap<String, String>();
      for (Tree.Member member : object.members()) {
        if (member.name().equals("guests") && member.value() instanceof Tree.Arr list) {
          guests.addAll(list.elements());
        } else {
          others.put(member.name(), Shown.of(member.value()));
        }
      }
      model.put(0, others);
    }
    for (Tree guest : guests) {
      var members = members((Tree.Obj) guest);
      model.put(Integer.valueOf(members.getOrDefault("vmid", "-1")), members);
    }
    return model;
  }

  private static Map<String, String> entry(Map<Integer, Map<String, String>> model, int vmid) {
    Map<String, String> entry = model.get(vmid);
    assertThat(entry).isNotNull();
    return entry == null ? Map.of() : entry;
  }

  /** The members by name; those of options by their path. */
  private static Map<String, String> members(Tree.Obj object) {
    var members = new TreeMap<String, String>();
    for (Tree.Member member : object.members()) {
      if (member.name().equals("options") && member.value() instanceof Tree.Obj inner) {
        members.put("options", "{}");
        members(inner).forEach((name, value) -> members.put("options." + name, value));
      } else {
        String value = Shown.of(member.value());
        members.merge(member.name(), value, (first, second) -> first + "," + second);
      }
    }
    return members;
  }
}
