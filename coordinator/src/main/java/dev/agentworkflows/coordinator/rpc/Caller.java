package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.run.RunHandle;

/** Whose request it is: what his token says. */
sealed interface Caller {

  /** May open runs, look at all of them, and cancel them. */
  record Operator() implements Caller {}

  /** The shim of one launch: its run and that run's children, and nothing else. */
  record Shim(RunHandle launch) implements Caller {}
}
