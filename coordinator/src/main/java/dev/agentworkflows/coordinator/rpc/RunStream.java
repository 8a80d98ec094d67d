package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.call.CallOutcome;
import dev.agentworkflows.coordinator.call.InFlightCall;
import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RunClosing;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.proto.v1.AppendEvent;
import dev.agentworkflows.proto.v1.CancelRun;
import dev.agentworkflows.proto.v1.CloseRun;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.OpenRun;
import dev.agentworkflows.proto.v1.RejectScript;
import dev.agentworkflows.proto.v1.RunClosed;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.proto.v1.StartCall;
import dev.agentworkflows.proto.v1.ToShim;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One shim's stream, which is one run's life. gRPC calls it by one thread at a time; answers go out
 * from whichever thread made them durable.
 */
final class RunStream implements StreamObserver<FromShim> {

  /** What this coordinator speaks; docs/protocol.md tells how versions change. */
  static final int PROTOCOL_VERSION = 1;

  private static final Set<String> SCRIPT_EVENTS = Set.of("phase", "log", "warning");

  private final Runs runs;
  private final Launch launch;
  private final ServerCallStreamObserver<ToShim> toShim;
  private final Map<Long, InFlightCall> calls = new ConcurrentHashMap<>();
  private volatile @Nullable ActiveRun run;
  private volatile boolean gone;
  private boolean opening;
  private boolean closing;
  private boolean streamEnded;

  RunStream(Runs runs, Launch launch, ServerCallStreamObserver<ToShim> toShim) {
    this.runs = runs;
    this.launch = launch;
    this.toShim = toShim;
  }

  @Override
  public void onNext(FromShim message) {
    try {
      switch (message.getMessageCase()) {
        case OPEN_RUN -> open(message.getOpenRun());
        case REJECT_SCRIPT -> reject(message.getRejectScript());
        case START_CALL -> startCall(openRun(), message.getStartCall());
        case CANCEL_CALL -> cancelCall(message.getCancelCall().getCallRef());
        case APPEND_EVENT -> appendEvent(openRun(), message.getAppendEvent());
        case CLOSE_RUN -> closeRun(openRun(), message.getCloseRun());
        case MESSAGE_NOT_SET ->
            throw new IllegalArgumentException(
                "a message of a kind that this coordinator does not know");
      }
    } catch (IllegalArgumentException e) {
      refuse(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    } catch (RuntimeException e) {
      refuse(GrpcErrors.of(e));
    }
  }

  /** The connection or the shim is gone. */
  @Override
  public void onError(Throwable lost) {
    lost();
  }

  /** The shim says nothing more; without having closed its run, it is as good as gone. */
  @Override
  public void onCompleted() {
    lost();
  }

  private ActiveRun openRun() {
    ActiveRun open = run;
    if (open == null) {
      throw new IllegalArgumentException("the stream's first message must be OpenRun");
    }
    return open;
  }

  private void open(OpenRun message) {
    checkVersion(message.getProtocolVersion());
    if (opening) {
      throw new IllegalArgumentException("OpenRun came twice");
    }
    opening = true;
    LoadedScript script = Wire.script(message);
    if (message.hasParentRunId()) {
      ActiveRun parent =
          runs.active(message.getParentRunId())
              .filter(found -> found.rootId().equals(launch.rootRunId()))
              .orElseThrow(() ->
                  new RefusedException(
                      "no open run " + message.getParentRunId() + " to be a child of."));
      opened(runs.openChild(script, parent), () -> {});
    } else if (launch.rootRunId() != null) {
      throw new RefusedException("this launch has its run already: " + launch.rootRunId());
    } else if (script.meta().approvalRequired() && !launch.options().approved()) {
      // A person takes his time: not on the connection's thread.
      opened(
          CompletableFuture.runAsync(() -> launch.approval().ask(script.meta()))
              .thenCompose(yes -> runs.open(script, launch)),
          this::askToEnd);
    } else {
      opened(runs.open(script, launch), this::askToEnd);
    }
  }

  static void checkVersion(int theirs) {
    if (theirs != PROTOCOL_VERSION) {
      throw new RefusedException(
          "the shim speaks protocol version "
              + theirs
              + ", this coordinator speaks version "
              + PROTOCOL_VERSION
              + ". Use a shim and a coordinator of one release.");
    }
  }

  private void opened(CompletableFuture<ActiveRun> opening, Runnable cancel) {
    opening.whenComplete((opened, failure) -> {
      if (failure != null) {
        RuntimeException error = GrpcErrors.of(failure);
        fail(error);
        launch.end().complete(new Launch.End.Rejected(GrpcErrors.message(error)));
        return;
      }
      run = opened;
      if (opened.id().equals(opened.rootId())) {
        launch.opened(opened.id(), cancel);
      }
      send(runOpened(opened));
      if (gone) {
        lost();
      }
    });
  }

  private static ToShim runOpened(ActiveRun run) {
    return ToShim.newBuilder()
        .setRunOpened(
            RunOpened.newBuilder()
                .setRunId(run.id())
                .setArgsJson(run.argsJson())
                .setRunDir(run.directory().toString())
                .setSameMachine(true)
                .setBudget(Wire.budget(run.ledger())))
        .build();
  }

  private void reject(RejectScript message) {
    checkVersion(message.getProtocolVersion());
    launch.end().complete(new Launch.End.Rejected(message.getMessage()));
    finish();
  }

  private void startCall(ActiveRun open, StartCall message) {
    long ref = message.getCallRef();
    InFlightCall call;
    try {
      call = open.begin(Wire.request(message));
    } catch (IllegalArgumentException e) {
      send(
          Wire.answer(ref, new CallOutcome.Misused(String.valueOf(e.getMessage())), open.ledger()));
      return;
    }
    if (!call.outcome().isDone()) {
      calls.put(ref, call);
    }
    call.outcome()
        .thenAccept(outcome -> {
          calls.remove(ref);
          send(Wire.answer(ref, outcome, open.ledger()));
        });
  }

  private void cancelCall(long ref) {
    InFlightCall call = calls.get(ref);
    if (call != null) {
      call.cancel("cancelled by the script");
    }
  }

  private static void appendEvent(ActiveRun open, AppendEvent event) {
    if (!SCRIPT_EVENTS.contains(event.getType())) {
      throw new IllegalArgumentException(
          "a script has no events of type '" + event.getType() + "'");
    }
    open.addEvent(
        event.getType(),
        event.getMessage(),
        event.hasPhase() ? event.getPhase() : null,
        event.hasDataJson() ? event.getDataJson() : null);
  }

  private void closeRun(ActiveRun open, CloseRun message) {
    close(open, Wire.closing(message))
        .whenComplete((closed, failure) -> {
          if (failure == null) {
            send(ToShim.newBuilder().setRunClosed(RunClosed.getDefaultInstance()).build());
            finish();
          } else {
            fail(GrpcErrors.of(failure));
          }
        });
  }

  /** Ends the stream, and what was open on it; a launch that has no run by now gets none. */
  private void refuse(RuntimeException error) {
    fail(error);
    lost();
    if (launch.rootRunId() == null) {
      launch.end().complete(new Launch.End.Rejected(GrpcErrors.message(error)));
    }
  }

  /** The shim went away without closing its run. */
  private void lost() {
    gone = true;
    ActiveRun open = run;
    if (open == null) {
      return;
    }
    String cancelled = launch.cancelled();
    var unused =
        close(
            open,
            cancelled == null
                ? RunClosing.because(
                    RunStatus.INTERRUPTED,
                    "Interrupted",
                    "the script's process ended without closing the run")
                : RunClosing.because(RunStatus.CANCELLED, "Cancelled", cancelled));
  }

  private CompletableFuture<RunRecord> close(ActiveRun open, RunClosing how) {
    synchronized (this) {
      if (closing) {
        return CompletableFuture.completedFuture(open.record());
      }
      closing = true;
    }
    return runs.close(open, how)
        .whenComplete((ended, failure) -> {
          if (open.id().equals(launch.rootRunId())) {
            launch
                .end()
                .complete(
                    failure == null
                        ? new Launch.End.Ended(ended)
                        : new Launch.End.Unstored(open.id(), GrpcErrors.message(failure)));
          }
        });
  }

  private void askToEnd() {
    String reason = launch.cancelled();
    send(
        ToShim.newBuilder()
            .setCancelRun(CancelRun.newBuilder().setReason(reason == null ? "" : reason))
            .build());
  }

  private synchronized void send(ToShim message) {
    if (!streamEnded && !toShim.isCancelled()) {
      toShim.onNext(message);
    }
  }

  private void finish() {
    end(toShim::onCompleted);
  }

  private void fail(RuntimeException error) {
    end(() -> toShim.onError(error));
  }

  private synchronized void end(Runnable how) {
    if (!streamEnded && !toShim.isCancelled()) {
      streamEnded = true;
      how.run();
    }
  }
}
