package pivm.simulator.fault;

import java.util.function.Consumer;
import pivm.simulator.state.Cluster;

/** Something that goes wrong. */
public sealed interface Fault {

  /** The request has its effect, but its answer never comes. */
  record LoseAnswer() implements Fault {}

  /** The connection breaks before the request has an effect. */
  record LoseRequest() implements Fault {}

  /**
   * An answer with that status and no body, without effect: 595 (no connection to the node), 596
   * (connection to the node broke), 599 (too many redirects, or a timeout), 502, 503.
   */
  record Answer(int status, String reason) implements Fault {}

  /** The request is carried out, but a gateway gives up waiting: 596 or 599 after the effect. */
  record AnswerAfterEffect(int status, String reason) implements Fault {}

  /** The next task takes so many times as long. */
  record SlowTask(double factor) implements Fault {}

  /** The next task fails with that exit status before its effect. */
  record FailTask(String exitStatus) implements Fault {}

  /** Somebody or something else changes the cluster right before the request is carried out. */
  record Change(String what, Consumer<Cluster> change) implements Fault {}
}
