package pivm.engine.execution;

import java.util.List;

/** What was found out about a call whose answer was lost. */
public sealed interface Settlement {

  /** What it rests on, in a sentence. */
  String evidence();

  /** It has taken effect. */
  record Done(String evidence, List<String> log) implements Settlement {}

  /** Proxmox tried and failed. */
  record Failed(String evidence, String exitStatus, List<String> log) implements Settlement {}

  /** It never began: it may be sent again. */
  record NotDone(String evidence) implements Settlement {}

  /** It cannot be told; it must not be sent again. */
  record Unclear(String evidence) implements Settlement {}

  /** Those who know are out of reach; ask again later. */
  record OutOfReach(String evidence) implements Settlement {}

  /** The word in journals. */
  default String decision() {
    return switch (this) {
      case Done _ -> "done";
      case Failed _ -> "failed";
      case NotDone _ -> "not-done";
      case Unclear _, OutOfReach _ -> "unclear";
    };
  }
}
