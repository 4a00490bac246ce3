package pivm.proxmox;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import pivm.proxmox.json.Json;

/**
 * A way into a Proxmox VE cluster: calls go in, Proxmox's answers come out.
 *
 * <p>A call that starts a task answers with the task's {@link Upid} as text; {@code Tasks} follows
 * it. A way in whose calls only return when the task has ended (the commands of a node) answers
 * with {@link Json.Null} where it cannot name the task, and throws {@link
 * ProxmoxException.TaskFailed} if the task failed.
 */
public interface Proxmox extends AutoCloseable {

  /**
   * Performs one call.
   *
   * @return the {@code data} member of the answer
   * @throws ProxmoxException when Proxmox refuses, fails or cannot be reached
   */
  default Json call(ApiCall call) {
    return answer(call).data();
  }

  /**
   * Performs one call and keeps what stands beside {@code data} (such as {@code changes} of a
   * pending network configuration, or {@code total} of a log).
   *
   * @throws ProxmoxException when Proxmox refuses, fails or cannot be reached
   */
  Answer answer(ApiCall call);

  /**
   * The same.
   *
   * @param lines hears what the call's task says while it runs, where this way in waits for that;
   *     where it does not, the task's log tells it afterwards
   */
  default Answer answer(ApiCall call, Consumer<String> lines) {
    return answer(call);
  }

  /**
   * Performs a call that brings a file along: an upload. It is sent once only; Proxmox acts on it
   * when it has all of the file.
   *
   * @throws ProxmoxException when Proxmox refuses, fails or cannot be reached
   * @throws UnsupportedOperationException when this way in carries no files
   */
  default Answer upload(ApiCall call, FileUpload file) {
    throw new UnsupportedOperationException("this way to Proxmox carries no files");
  }

  @Override
  void close();

  /**
   * An answer of the API.
   *
   * @param whole the object that holds {@code data} and, for some calls, further members
   */
  record Answer(Json.Obj whole) {
    public Json data() {
      return whole.get("data");
    }

    /** What a task said that had ended by the time of the answer; empty where it is only named. */
    public List<String> log() {
      return whole.get("log").elements().stream()
          .map(Json::asText)
          .filter(Objects::nonNull)
          .toList();
    }
  }
}
