package pivm.simulator.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.json.Doc;

/** What a real Proxmox VE answers, restated: needs no recordings. */
class CasesTest {
  private static final List<String> SINGLE =
      List.of(
          "01-basics",
          "02-storage",
          "03-qemu",
          "04-qemu-running",
          "05-qemu-snapshots-cloudinit",
          "06-lxc",
          "07-tasks",
          "08-network-node",
          "09-access-pools-cluster",
          "12-extra");

  private final List<String> differences = new ArrayList<>();
  private String digest = "";
  private final Map<String, String> places = new LinkedHashMap<>();
  private int checked;

  @Test
  void everyRestatedCaseIsAnsweredAsItShould() throws IOException {
    var single = RecordedCluster.single();
    for (String name : SINGLE) {
      if (name.equals("09-access-pools-cluster")) {
        RecordedCluster.grantAlice(single);
      }
      run(single, name);
    }
    run(RecordedCluster.pair(), "11-cluster");
    assertThat(differences).isEmpty();
    assertThat(checked).isGreaterThan(700);
  }

  private void run(SimulatedCluster cluster, String name) throws IOException {
    try (var stream =
        Objects.requireNonNull(CasesTest.class.getResourceAsStream(name + ".cases"), name)) {
      SimResponse answer = null;
      String label = name;
      for (String line : new String(stream.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (line.startsWith("# ")) {
          label = name + ": " + line.substring(2);
          Expectations.prepare(cluster, line.substring(2));
        } else if (line.matches("[A-Z]+ /.*")) {
          answer = ask(cluster, line);
        } else if (answer != null && !line.equals("*")) {
          check(cluster, label, line, answer);
        }
      }
    }
  }

  private SimResponse ask(SimulatedCluster cluster, String line) {
    String[] words = line.split(" ");
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (!words[2].equals("-")) {
      for (String pair : words[2].split("&")) {
        int equals = pair.indexOf('=');
        String value =
            placed(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        parameters.put(
            pair.substring(0, equals), value.startsWith("@list") ? List.of("1", "2") : value);
      }
    }
    var request = SimRequest.of(words[0], placed(words[1].replace("%20", " "))).with(parameters);
    String token =
        switch (words[3]) {
          case "nobody" -> "nobody@pve!t1";
          case "alice" -> "alice@pve!t1";
          default -> "root@pam!pivm";
        };
    cluster.advance(Duration.ofMillis(400));
    var answer = cluster.handle(request.token(token, RecordedCluster.SECRET));
    if (answer.data() instanceof Doc doc && doc.text("digest") != null) {
      digest = String.valueOf(doc.text("digest"));
    }
    Cases.note(places, answer);
    return answer;
  }

  private String placed(String text) {
    String placed = text.replace("@digest", digest);
    for (var place : places.entrySet()) {
      placed = placed.replace(place.getKey(), place.getValue());
    }
    return placed;
  }

  private void check(SimulatedCluster cluster, String label, String line, SimResponse answer) {
    String got;
    if (line.startsWith("task ")) {
      String type = line.split(" ")[1];
      var upid = places.get("@task-" + type);
      got =
          "task " + type + " " + (upid == null ? "none" : cluster.await(upid).replace("\n", "\\n"));
      if (line.endsWith(" *")) {
        return;
      }
    } else if (line.startsWith("errors ")) {
      got =
          answer.body() != null && answer.body().get("errors") instanceof Doc errors
              ? "errors " + String.join(" ", new TreeSet<>(errors.names()))
              : "no errors";
    } else if (line.startsWith("data ")) {
      got = "data " + Cases.shape(answer.data());
    } else {
      got = answer.status() + " " + answer.reason();
    }
    checked++;
    if (!Expectations.plain(got).equals(Expectations.plain(line))) {
      differences.add(label + "\n  expected " + line + "\n  got      " + got);
    }
  }
}
