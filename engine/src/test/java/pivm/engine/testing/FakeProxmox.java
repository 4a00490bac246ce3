package pivm.engine.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** A way in that gives prepared answers, and refuses everything else as Proxmox does. */
public final class FakeProxmox implements Proxmox {
  private final Map<String, Function<ApiCall, String>> answers = new ConcurrentHashMap<>();
  private final List<ApiCall> calls = Collections.synchronizedList(new ArrayList<>());

  /**
   * Prepares an answer.
   *
   * @param path with parameters as in a query, sorted by name: {@code /cluster/resources?type=vm}
   * @param data the JSON of the answer's {@code data}
   */
  public FakeProxmox answering(String path, String data) {
    return answering(path, _ -> data);
  }

  public FakeProxmox answering(String path, Function<ApiCall, String> data) {
    answers.put(path, data);
    return this;
  }

  /** What was asked so far, as {@code path?query}, in the order of arrival. */
  public List<String> asked() {
    synchronized (calls) {
      return calls.stream().map(FakeProxmox::key).toList();
    }
  }

  public static ProxmoxException forbidden(ApiCall call, String check) {
    return new ProxmoxException.Forbidden(call, "Permission check failed (" + check + ")", false);
  }

  private static String key(ApiCall call) {
    var query = new StringBuilder(call.path());
    new TreeMap<>(call.parameters())
        .forEach((name, value) ->
            query
                .append(query.indexOf("?") < 0 ? '?' : '&')
                .append(name)
                .append('=')
                .append(value));
    return query.toString();
  }

  @Override
  public Answer answer(ApiCall call) {
    calls.add(call);
    Function<ApiCall, String> prepared = answers.get(key(call));
    if (prepared != null) {
      return new Answer(Json.object().put("data", JsonText.read(prepared.apply(call))).build());
    }
    String path = call.path();
    if (path.matches("/nodes/[^/]+/(qemu|lxc)/\\d+/.*")) {
      String[] part = path.split("/", -1);
      String folder = part[3].equals("qemu") ? "qemu-server" : "lxc";
      throw new ProxmoxException.NotFound(
          call,
          "Configuration file 'nodes/"
              + part[2]
              + "/"
              + folder
              + "/"
              + part[4]
              + ".conf' does not exist");
    }
    throw new ProxmoxException.Refused(call, 501, "Method 'GET " + path + "' not implemented");
  }

  @Override
  public void close() {
    answers.clear();
  }
}
