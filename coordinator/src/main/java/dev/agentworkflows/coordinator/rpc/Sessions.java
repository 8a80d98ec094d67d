package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.RunClosed;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.store.RunRecord;

/** What a coordinator does differently for scripts of its own and for remote shims. */
sealed interface Sessions permits LocalSessions, RemoteSessions {

  /** The session of a stream whose first message is not one for a launch of this coordinator's. */
  RunSession open(Caller caller, FromShim first, RunStream stream);

  /** Whether a run outlives its stream. */
  boolean keepsRuns();

  /** How long a shim whose stream broke has to join its run again; 0 when it can't. */
  int rejoinSeconds();

  /** Does something when a shim that is gone had so long to come back. */
  void afterReattachTimeout(Runnable action);

  /**
   * Lets another call in.
   *
   * @throws io.grpc.StatusRuntimeException when that would be one too many
   */
  void admit(int callsInFlight);

  /** Whether {@link #admit} would refuse. */
  boolean isTooMany(int callsInFlight);

  /** How much of a run and its children may be on its way. */
  InFlightLimits limits(RunHandle launch);

  /** A run has opened. */
  void opened(ActiveRun run, RunSession session);

  /** Adds what a remote shim needs to know. */
  void describe(RunOpened.Builder opened, RunHandle launch);

  /** What a remote shim tells its user in the end. */
  RunClosed closed(RunRecord run);

  /** A run, or a child, has ended and is stored. */
  void ended(ActiveRun run);
}
