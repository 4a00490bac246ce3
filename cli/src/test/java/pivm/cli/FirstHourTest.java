package pivm.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.https.Credentials;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.https.HttpsProxmox;
import pivm.proxmox.https.HttpsSettings;
import pivm.simulator.Simulation;

/**
 * Runs the page {@code docs/first-hour.md} and compares what is printed with what it shows; {@code
 * -Dpivm.docs.write=true} writes it anew.
 */
class FirstHourTest {
  private static final Path PAGE = Path.of("..", "docs", "first-hour.md");

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();
  private Simulation simulation;
  private Proxmox colleague;

  @BeforeEach
  void start() throws IOException {
    simulation =
        Simulation.start(Simulation.Options.standard().withGuests(6).withSpeed(4).withSeed(7));
    colleague =
        new HttpsProxmox(
            HttpsSettings.of(
                URI.create(simulation.endpoint()),
                Credentials.ApiToken.parse(simulation.token()),
                Fingerprint.parse(simulation.fingerprint())));
    user("reader@pve", "PVEAuditor");
    user("operator@pve", "PVEAdmin");
    environment.put("PIVM_ENDPOINT", simulation.endpoint());
    environment.put("PIVM_FINGERPRINT", simulation.fingerprint());
    environment.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
    environment.put("PIVM_ACTOR", "human");
    environment.put("USER", "root");
  }

  private void user(String user, String role) {
    colleague.call(ApiCall.post("/access/users").with("userid", user));
    String secret =
        colleague
            .call(ApiCall.post("/access/users/" + user + "/token/pivm").with("privsep", false))
            .asObject()
            .text("value", "");
    colleague.call(
        ApiCall.put("/access/acl").with("path", "/").with("users", user).with("roles", role));
    tokens.put(user, user + "!pivm=" + secret);
  }

  @AfterEach
  void end() {
    colleague.close();
    simulation.close();
  }

  @Test
  void thePageShowsWhatItsCommandsPrint() throws IOException {
    new ConsolePage(PAGE).check(this::run);
  }

  private String run(String command) {
    List<String> words = Arrays.asList(command.split(" "));
    return switch (words.getFirst()) {
      case "export" -> export(command);
      case "pvesh" -> pvesh(words);
      case "pivm" -> pivm(words.subList(1, words.size()));
      default -> throw new AssertionError("the page runs " + command);
    };
  }

  private String export(String command) {
    tokens.forEach((user, token) -> {
      if (command.contains("PIVM_TOKEN='" + user)) {
        environment.put("PIVM_TOKEN", token);
      }
    });
    return "";
  }

  private String pvesh(List<String> words) {
    ApiCall call = ApiCall.put(words.get(2));
    for (int i = 3; i + 1 < words.size(); i += 2) {
      call = call.with(words.get(i).substring(2), words.get(i + 1));
    }
    colleague.call(call);
    return "";
  }

  private String pivm(List<String> words) {
    InProcess.Result result =
        InProcess.in(folder).onScreen().with(environment).run(words.toArray(String[]::new));
    return (result.out() + result.err()).replace(simulation.endpoint(), "https://pve-1:8006");
  }
}
