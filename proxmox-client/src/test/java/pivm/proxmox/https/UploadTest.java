package pivm.proxmox.https;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.ApiCall;
import pivm.proxmox.FileUpload;
import pivm.proxmox.ProxmoxException;

class UploadTest {
  private static final ApiCall CALL =
      ApiCall.post("/nodes/a/storage/local/upload")
          .with("content", "iso")
          .with("checksum", "abc")
          .with("checksum-algorithm", "sha256");

  @TempDir Path folder;

  private FileUpload file(String text, List<Long> sent) throws IOException {
    Path file = Files.writeString(folder.resolve("x"), text, StandardCharsets.ISO_8859_1);
    return new FileUpload(file, "a.iso", sent::add);
  }

  @Test
  void theFileFollowsTheFieldsInTheOrderThatProxmoxTakes() throws IOException {
    List<Long> sent = new ArrayList<>();
    try (var server = new ScriptedServer(_ -> ScriptedServer.data("\"UPID:a\""));
        var proxmox = new HttpsProxmox(server.settings())) {
      assertThat(proxmox.upload(CALL, file("hello\r\niso", sent)).data().asText())
          .isEqualTo("UPID:a");
      ScriptedServer.Request request = server.requests.getFirst();
      assertThat(request.line()).isEqualTo("POST /api2/json/nodes/a/storage/local/upload HTTP/1.1");
      String type = request.header("Content-Type");
      String boundary = "--" + type.substring(type.indexOf("boundary=") + 9);
      String part = boundary + "\r\nContent-Disposition: form-data; name=\"";
      assertThat(request.body())
          .isEqualTo(
              part
                  + "content\"\r\n\r\niso\r\n"
                  + part
                  + "checksum-algorithm\"\r\n\r\nsha256\r\n"
                  + part
                  + "checksum\"\r\n\r\nabc\r\n"
                  + part
                  + "filename\"; filename=\"a.iso\"\r\n"
                  + "Content-Type: application/octet-stream\r\n\r\nhello\r\niso\r\n"
                  + boundary
                  + "--\r\n");
      assertThat(sent).endsWith(10L);
    }
  }

  @Test
  void aRefusalIsTold() throws IOException {
    try (var server =
            new ScriptedServer(
                _ -> ScriptedServer.json(403, "Permission check failed", "{\"data\":null}"));
        var proxmox = new HttpsProxmox(server.settings())) {
      FileUpload file = file("hello", new ArrayList<>());
      assertThatThrownBy(() -> proxmox.upload(CALL, file))
          .isInstanceOf(ProxmoxException.Forbidden.class);
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void anAnswerThatIsLostMayHaveHadItsEffectAndNothingIsSentTwice() throws IOException {
    try (var server = new ScriptedServer(_ -> ScriptedServer.HANG_UP);
        var proxmox = new HttpsProxmox(server.settings())) {
      FileUpload file = file("hello", new ArrayList<>());
      var lost =
          catchThrowableOfType(
              ProxmoxException.Unreachable.class, () -> proxmox.upload(CALL, file));
      assertThat(lost.mayHaveTakenEffect()).isTrue();
      assertThat(server.requests).hasSize(1);
    }
  }
}
