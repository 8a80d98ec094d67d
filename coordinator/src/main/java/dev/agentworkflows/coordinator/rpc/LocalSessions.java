package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.RunClosed;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.store.RunRecord;
import io.grpc.Status;

/** Of a coordinator whose shims are its own children: a lost stream is a lost run. */
final class LocalSessions implements Sessions {

  static final LocalSessions INSTANCE = new LocalSessions();

  private static final SharedMemory MEMORY = SharedMemory.unlimited();
  private static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 4;

  private LocalSessions() {}

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
  public void afterReattachTimeout(Runnable action) {
    action.run();
  }

  @Override
  public void admit(int callsInFlight) {
    // A script of one's own may have as many as it likes.
  }

  @Override
  public boolean isTooMany(int callsInFlight) {
    return false;
  }

  @Override
  public InFlightLimits limits(RunHandle launch) {
    // A script of one's own may have any number of calls; what it sends waits for the disk.
    return new InFlightLimits(MEMORY, MAX_BYTES, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  @Override
  public void opened(ActiveRun run, RunSession session) {
    // The command that started the script waits for it.
  }

  @Override
  public void describe(RunOpened.Builder opened, RunHandle launch) {
    // The command that started the script chose these options.
  }

  @Override
  public RunClosed closed(RunRecord run) {
    return RunClosed.getDefaultInstance();
  }

  @Override
  public void ended(ActiveRun run) {
    // The command that started the script waits for it.
  }
}
