package pivm.engine.execution;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A task of the toy cluster; its work is done when it ends. */
final class ToyTask {
  final String upid;
  final String node;
  final String type;
  final String id;
  final String user;
  final long startMillis;
  final long endMillis;
  final List<String> log;
  private final Supplier<String> work;
  @Nullable String exitStatus;

  ToyTask(
      String upid,
      String node,
      String type,
      String id,
      String user,
      long startMillis,
      long endMillis,
      List<String> log,
      Supplier<String> work) {
    this.upid = upid;
    this.node = node;
    this.type = type;
    this.id = id;
    this.user = user;
    this.startMillis = startMillis;
    this.endMillis = endMillis;
    this.log = log;
    this.work = work;
  }

  boolean ended() {
    return exitStatus != null;
  }

  void end() {
    exitStatus = work.get();
  }
}
