package pivm.engine.history;

import java.util.TreeMap;
import pivm.engine.plan.NetworkOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.json.Json;

/** What is done to networks as data: what is written can be read back. */
final class NetworkForm {

  private NetworkForm() {}

  static Json.Obj write(Json.Builder form, NetworkOperation operation) {
    form.put("on", operation.node());
    return switch (operation) {
      case NetworkOperation.Stage stage ->
          form.put("basis", stage.basis())
              .put("calls", Json.array(stage.calls().stream().map(NetworkForm::call).toList()))
              .build();
      case NetworkOperation.Restage restage -> form.put("basis", restage.basis()).build();
      case NetworkOperation.Apply apply ->
          form.put("seconds", apply.seconds()).put("keep", apply.keep()).build();
      case NetworkOperation.Write write ->
          form.put("what", write.what()).put("call", call(write.call())).build();
    };
  }

  static NetworkOperation read(Json.Obj form) {
    String node = form.text("on", "");
    return switch (form.text("do", "")) {
      case "stage-network" ->
          new NetworkOperation.Stage(
              node,
              form.get("calls").objects().stream().map(NetworkForm::call).toList(),
              form.text("basis", ""));
      case "restage-network" -> new NetworkOperation.Restage(node, form.text("basis", ""));
      case "apply-network" ->
          new NetworkOperation.Apply(node, (int) form.integer("seconds", 0), form.flag("keep"));
      default ->
          new NetworkOperation.Write(
              node, form.text("what", ""), call(form.get("call").asObject()));
    };
  }

  private static Json.Obj call(ApiCall call) {
    var parameters = Json.object();
    call.parameters().forEach(parameters::put);
    return Json.object()
        .put("method", call.method().name())
        .put("path", call.path())
        .put("parameters", parameters.build())
        .build();
  }

  private static ApiCall call(Json.Obj form) {
    var parameters = new TreeMap<String, String>();
    Json.Obj given = form.get("parameters").asObject();
    given.members().keySet().forEach(name -> parameters.put(name, given.text(name, "")));
    return new ApiCall(
        ApiCall.Method.valueOf(form.text("method", "GET")), form.text("path", "/"), parameters);
  }
}
