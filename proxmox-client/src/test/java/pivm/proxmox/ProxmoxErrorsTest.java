package pivm.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.proxmox.ProxmoxException.Remedy;
import pivm.proxmox.json.Json;
import pivm.proxmox.schema.SharedFacts;

class ProxmoxErrorsTest {
  private static final ApiCall WRITE = ApiCall.put("/nodes/pve-01/qemu/100/config");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401|No ticket|Unauthenticated|PERSON",
        "401|Authentication failed!|Unauthenticated|PERSON",
        "401|Permission denied - invalid csrf token|Unauthenticated|PERSON",
        "403|Permission check failed (/vms/100, VM.Audit)|Forbidden|PERSON",
        "403|Permission check failed (pool 'nosuch' does not exist)|NotFound|PERSON",
        "500|Configuration file 'nodes/pve-01/qemu-server/999.conf' does not exist|NotFound|PERSON",
        "500|unable to find configuration file for VM 999 on node 'pve-01'|NotFound|PERSON",
        "500|no such user ('nosuch@pve')|NotFound|PERSON",
        "500|no such cluster node 'nosuch'|NotFound|PERSON",
        "500|hostname lookup 'nosuch' failed - failed to get address info for: nosuch: x|NotFound|PERSON",
        "500|unable to create VM 101 - VM 101 already exists on node 'pve-01'|AlreadyExists|PERSON",
        "500|create storage failed: storage ID 'local' already defined|AlreadyExists|PERSON",
        "500|checksum mismatch (file change by other user?)|DigestMismatch|RETRY",
        "500|detected modified configuration - file changed by other user? Try again.|DigestMismatch|RETRY",
        "500|VM is locked (backup)|Locked|WAIT",
        "500|CT is locked (backup)|Locked|WAIT",
        "500|can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout|Locked|WAIT",
        "500|cfs-lock 'file-user_cfg' error: got lock request timeout|Locked|WAIT",
        "500|cfs-lock 'file-user_cfg' error: no quorum!|NoQuorum|WAIT",
        "500|cluster not ready - no quorum?|NoQuorum|WAIT",
        "500|unable to open file '/etc/pve/nodes/a/lxc/301.conf.tmp.146' - Permission denied|NoQuorum|WAIT",
        "500|only root can set 'args' config|Forbidden|PERSON",
        "500|invalid bootorder: device 'scsi9' does not exist'|Refused|PERSON",
        "500|VM 110 is running - destroy failed|Refused|PERSON",
        "500|VM 110 qmp command 'quit' failed - got timeout|Refused|RETRY",
        "501|Method 'GET /nosuch' not implemented|Refused|BUG",
        "506|upload 'Content-Type 'text/plain' not implemented|Refused|BUG",
        "424|node is not in a cluster, no join info available!|Refused|PERSON",
        "595|No route to host|NodeUnreachable|RETRY",
      })
  void theWordsDecide(int status, String words, String kind, Remedy remedy) {
    ProxmoxException exception = ProxmoxErrors.of(WRITE, status, words, Map.of());
    assertThat(exception.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(exception.remedy()).isEqualTo(remedy);
    assertThat(exception.getMessage()).contains(words);
  }

  @Test
  void rootOnlyIsTold() {
    assertThat(ProxmoxErrors.of(WRITE, 500, "only root can set 'lock' config", Map.of()))
        .isInstanceOfSatisfying(
            ProxmoxException.Forbidden.class, e -> assertThat(e.rootOnly()).isTrue());
    assertThat(
            ProxmoxErrors.of(
                WRITE,
                400,
                "Parameter verification failed.",
                Map.of("skiplock", "Only root may use this option.")))
        .isInstanceOfSatisfying(
            ProxmoxException.Forbidden.class, e -> assertThat(e.rootOnly()).isTrue());
    assertThat(ProxmoxErrors.of(WRITE, 403, "Permission check failed (/, Sys.Modify)", Map.of()))
        .isInstanceOfSatisfying(
            ProxmoxException.Forbidden.class, e -> assertThat(e.rootOnly()).isFalse());
  }

  @Test
  void parametersAreNamedWithTheirReasons() {
    ProxmoxException exception =
        ProxmoxErrors.of(
            WRITE,
            400,
            "Parameter verification failed.",
            Map.of("cores", "value must have a minimum value of 1\n"));
    assertThat(exception)
        .isInstanceOf(ProxmoxException.InvalidParameters.class)
        .hasMessage("Parameter verification failed. cores: value must have a minimum value of 1");
  }

  @Test
  void whatIsMissingMayHideInAParameter() {
    assertThat(ProxmoxErrors.of(WRITE, 400, "x", Map.of("upid", "no such task")))
        .isInstanceOf(ProxmoxException.NotFound.class);
    assertThat(ProxmoxErrors.of(WRITE, 400, "x", Map.of("tokenid", "Token already exists.")))
        .isInstanceOf(ProxmoxException.AlreadyExists.class);
    assertThat(
            ProxmoxErrors.of(
                WRITE,
                400,
                "x",
                Map.of("gateway", "Default gateway already exists on interface 'vmbr0'.")))
        .isInstanceOf(ProxmoxException.InvalidParameters.class);
  }

  @Test
  void aCallToAnUnreachableNodeMayOnlyHaveTakenEffectWhereItWasSent() {
    assertThat(ProxmoxErrors.of(WRITE, 595, "Connection refused", Map.of()))
        .isInstanceOfSatisfying(
            ProxmoxException.NodeUnreachable.class,
            e -> assertThat(e.mayHaveTakenEffect()).isFalse());
    assertThat(ProxmoxErrors.of(WRITE, 596, "Broken pipe", Map.of()))
        .isInstanceOfSatisfying(
            ProxmoxException.NodeUnreachable.class,
            e -> assertThat(e.mayHaveTakenEffect()).isTrue());
    assertThat(ProxmoxErrors.of(ApiCall.get("/nodes/b/status"), 599, "timeout", Map.of()))
        .hasMessageStartingWith("node b cannot be reached");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "can't lock file '/var/lock/qemu-server/lock-9000.conf' - got timeout|WAIT",
        "VM is locked (backup)|WAIT",
        "VM quit/powerdown failed - got timeout|RETRY",
        "snapshot feature is not available|PERSON",
        "cluster not ready - no quorum?|WAIT",
      })
  void aFailedTaskSaysWhatHelps(String words, Remedy remedy) {
    assertThat(ProxmoxErrors.taskFailed(null, null, words).remedy()).isEqualTo(remedy);
  }

  /** Every recorded refusal is sorted by rules that are written down here a second time. */
  @Test
  void noRecordedRefusalFallsIntoAWrongClass() throws IOException {
    var records = SharedFacts.folder();
    assumeTrue(records.isPresent(), "no shared/pve beside a folder above: nothing to replay");
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    try (var files = Files.list(records.orElseThrow().resolve("recorded"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        for (Json call :
            SharedFacts.read(records.get(), "recorded/" + file.getFileName()).list("calls")) {
          Json.Obj response = call.asObject().get("response").asObject();
          int status = (int) response.integer("status", 0);
          if (status >= 400) {
            seen++;
            check(status, response, wrong);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(250);
  }

  private static void check(int status, Json.Obj response, List<String> wrong) {
    String reason = response.text("reason", "");
    var errors = new TreeMap<String, String>();
    response
        .get("body")
        .asObject()
        .get("errors")
        .asObject()
        .members()
        .forEach((name, text) -> errors.put(name, text.asText() + ""));
    ProxmoxException exception = ProxmoxErrors.of(WRITE, status, reason, errors);
    String kind = exception.getClass().getSimpleName();
    boolean good =
        switch (kind) {
          case "Unauthenticated" -> status == 401;
          case "Forbidden" ->
              status == 403 || reason.contains("root") || errors.toString().contains("root");
          case "NodeUnreachable" -> status >= 595;
          case "InvalidParameters" -> status == 400 && !errors.isEmpty();
          case "NotFound" ->
              (reason + errors)
                      .matches("(?s).*(exist|o such|lookup|unable to find|managed|no rule).*")
                  && !reason.contains("already");
          case "AlreadyExists" -> (reason + errors).matches("(?s).*already (exists|defined).*");
          case "DigestMismatch" -> reason.contains("file change");
          case "Locked" -> reason.contains("is locked");
          case "NoQuorum" -> reason.contains("quorum") || reason.contains("/etc/pve");
          case "Refused" ->
              !reason.matches("(?s).*(already exists|quorum|is locked|checksum|only root).*")
                  && (!reason.contains("does not exist") || reason.contains("bootorder"));
          default -> false;
        };
    if (!good) {
      wrong.add(kind + ": " + status + " " + reason + " " + errors);
    }
  }
}
