package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.RunClosed;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.store.RunRecord;
import io.grpc.Status;

/** What is different about shims that the coordinator did not start itself. */
interface Elsewhere {

  /** Of a coordinator whose shims are its own children: a lost stream is a lost run. */
  Elsewhere NOWHERE =
      new Elsewhere() {
        @Override
        public RunSession open(Caller caller, FromShim first, RunStream stream) {
          throw Status.PERMISSION_DENIED
              .withDescription("this coordinator runs the scripts that it starts itself")
              .asRuntimeException();
        }

        @Override
        public boolean keepsRuns() {
          return false;
        }

        @Override
        public int rejoinSeconds() {
          return 0;
        }

        @Override
        public void afterPatience(Runnable action) {
          action.run();
        }

        @Override
        public void admit(int callsInFlight) {
          // A script of one's own may have as many as it likes.
        }

        @Override
        public Room room(Launch launch) {
          return Room.unlimited();
        }

        @Override
        public void opened(ActiveRun run, RunSession session) {
          // The command that started the script waits for it.
        }

        @Override
        public void tell(RunOpened.Builder opened, Launch launch) {
          // It knows.
        }

        @Override
        public RunClosed closed(RunRecord run) {
          return RunClosed.getDefaultInstance();
        }

        @Override
        public void ended(ActiveRun run) {
          // The command that started the script waits for it.
        }
      };

  /** The session of a stream whose first message is not one for a launch of this coordinator's. */
  RunSession open(Caller caller, FromShim first, RunStream stream);

  /** Whether a run outlives its stream. */
  boolean keepsRuns();

  /** How long. */
  int rejoinSeconds();

  /** Does something when a shim that is gone had so long to come back. */
  void afterPatience(Runnable action);

  /**
   * Lets another call in.
   *
   * @throws io.grpc.StatusRuntimeException when that would be one too many
   */
  void admit(int callsInFlight);

  /** What a run and its children may have on its way. */
  Room room(Launch launch);

  void opened(ActiveRun run, RunSession session);

  /** Adds what a shim elsewhere needs to know. */
  void tell(RunOpened.Builder opened, Launch launch);

  /** What a shim elsewhere tells its user in the end. */
  RunClosed closed(RunRecord run);

  void ended(ActiveRun run);
}
