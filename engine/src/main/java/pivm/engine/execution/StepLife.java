package pivm.engine.execution;

import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;

/** What a step has been through; used by one thread. */
final class StepLife {

  /** Moves by others cost no try, but not without end. */
  private static final int MOVES = 10;

  private final Step step;
  private final Operation.Call call;
  private int tries;
  private int sent;
  private int moves;
  private boolean waited;

  StepLife(Step step, Operation.Call call) {
    this.step = step;
    this.call = call;
  }

  Operation.Call call() {
    return call;
  }

  Step step() {
    return step;
  }

  void begin() {
    tries++;
  }

  int tries() {
    return tries;
  }

  /** The number of this sending, from 1. */
  int nextSending() {
    return ++sent;
  }

  boolean sentBefore() {
    return sent > 1;
  }

  /** The guest moved under the call, which had no effect. */
  void moved() {
    if (++moves <= MOVES) {
      tries--;
    }
  }

  void hasWaited() {
    waited = true;
  }

  boolean waited() {
    return waited;
  }

  StepLife waitedEnough() {
    waited = false;
    return this;
  }
}
