package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.OwnThread;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.SessionRefusal;
import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.ProcessEnd;
import dev.agentworkflows.coordinator.run.RunCompletion;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.proto.v1.AppendEvent;
import dev.agentworkflows.proto.v1.CancelRun;
import dev.agentworkflows.proto.v1.CloseRun;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.Notice;
import dev.agentworkflows.proto.v1.OpenRun;
import dev.agentworkflows.proto.v1.RejectScript;
import dev.agentworkflows.proto.v1.RejoinRun;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.proto.v1.ToShim;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One run of a shim's, from its opening to its end: on one stream, or, when the shim is remote, on
 * as many as the network makes of it. Thread-safe; answers go out from whichever thread made them
 * durable.
 */
final class RunSession {

  /** What this coordinator speaks; docs/protocol.md tells how versions change. */
  static final int PROTOCOL_VERSION = 1;

  /** So many messages of a remote shim are acknowledged at once. */
  private static final int ACKNOWLEDGED_EVERY = 64;

  private static final String SCRIPT = "the script's process ";
  private static final String UNCLOSED = " without closing the run";
  private static final String LEFT = SCRIPT + "ended" + UNCLOSED;

  /** A process that is over is seen to be so in a moment. */
  private static final long PROCESS_END_MS = 1000;

  private final Runs runs;
  private final RunHandle launch;
  private final Sessions sessions;
  private final ReplayBuffer replayBuffer;
  private final RunCalls calls;
  private final InFlightLimits limits;
  private @Nullable RunStream stream;
  private long received;
  private long breaks;
  private volatile @Nullable ActiveRun run;
  private volatile @Nullable String gone;
  private boolean opening;
  private final AtomicBoolean closing = new AtomicBoolean();

  RunSession(Runs runs, RunHandle launch, Sessions sessions, RunStream stream) {
    this.runs = runs;
    this.launch = launch;
    this.sessions = sessions;
    this.stream = stream;
    this.limits = sessions.limits(launch);
    this.replayBuffer =
        new ReplayBuffer(sessions.keepsRuns(), limits, this::cutOff, stream.toShim());
    this.calls = new RunCalls(sessions, replayBuffer, limits);
  }

  RunHandle launch() {
    return launch;
  }

  /**
   * Has the next message read when there is room for it. Who has more calls out than a shim keeps
   * back is read on, and cut off.
   */
  void whenItMaySayMore(Runnable read) {
    if (sessions.isTooMany(calls.size())) {
      read.run();
    } else {
      limits.onAvailable(read);
    }
  }

  /** The stream takes more of what waits for it. */
  void ready(RunStream which) {
    if (isCurrent(which)) {
      replayBuffer.goOn();
    }
  }

  private synchronized boolean isCurrent(RunStream which) {
    return which == stream;
  }

  // ------------------------------------------------------------ the streams that carry it

  /** A message of the run's own. */
  synchronized void received(RunStream from, FromShim message) {
    if (from != stream) {
      return; // The shim has joined again on another stream, and sends this once more there.
    }
    try {
      if (message.hasAcknowledge()) {
        acknowledged(message.getAcknowledge().getReceived());
        return;
      }
      handle(message);
    } catch (IllegalArgumentException e) {
      refuse(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      // What one run is too much for is no matter of the thread's, which carries others.
      refuse(GrpcErrors.of(e));
    }
    received++;
    if (sessions.keepsRuns() && received % ACKNOWLEDGED_EVERY == 0) {
      replayBuffer.acknowledge(received);
    }
  }

  private void acknowledged(long count) {
    if (sessions.keepsRuns()) {
      replayBuffer.acknowledged(count);
    }
  }

  /** The shim says that it will say nothing more. */
  synchronized void left(RunStream which) {
    if (which == stream && !closing.get()) {
      lost(LEFT);
      replayBuffer.complete();
    }
  }

  /** The stream ended from the other side, without a word. */
  synchronized void broken(RunStream which) {
    if (which != stream) {
      return;
    }
    stream = null;
    if (!sessions.keepsRuns() || run == null) {
      lostWithProcess();
      return;
    }
    replayBuffer.detach();
    long number = ++breaks;
    sessions.afterReattachTimeout(() -> {
      if (isStillBroken(number)) {
        lost("the shim was gone for " + sessions.rejoinSeconds() + " s");
      }
    });
  }

  /** How the process ended is known a moment after its connection. */
  private void lostWithProcess() {
    CompletableFuture<Integer> process = launch.process();
    if (process == null) {
      lost(LEFT);
      return;
    }
    var unused =
        process
            .thenApply(exitCode -> SCRIPT + ProcessEnd.of(exitCode) + UNCLOSED)
            .completeOnTimeout(LEFT, PROCESS_END_MS, TimeUnit.MILLISECONDS)
            .thenAccept(this::lost);
  }

  private synchronized boolean isStillBroken(long number) {
    return stream == null && breaks == number;
  }

  /** Goes on with another stream, from where the shim says. */
  synchronized void rejoin(RunStream next, RejoinRun message) {
    if (gone != null) {
      throw new RefusedException(new SessionRefusal.JoinedTooLate(message.getRunId()));
    }
    next.holds(limits);
    replayBuffer.attach(next.toShim(), message.getReceived(), received);
    stream = next;
  }

  // ------------------------------------------------------------ what the shim says

  private void handle(FromShim message) {
    switch (message.getMessageCase()) {
      case OPEN_RUN -> open(message.getOpenRun());
      case REJECT_SCRIPT -> reject(message.getRejectScript());
      case START_CALL -> calls.start(openRun(), message.getStartCall());
      case ASK_APPROVAL -> calls.ask(openRun(), message.getAskApproval());
      case CANCEL_CALL -> calls.cancel(message.getCancelCall().getCallRef());
      case APPEND_EVENT -> appendEvent(openRun(), message.getAppendEvent());
      case CLOSE_RUN -> closeRun(openRun(), message.getCloseRun());
      case REJOIN_RUN ->
          throw new IllegalArgumentException("RejoinRun is the first message of a stream");
      case ACKNOWLEDGE, MESSAGE_NOT_SET ->
          throw new IllegalArgumentException(
              "a message of a kind that this coordinator does not know");
    }
  }

  private ActiveRun openRun() {
    ActiveRun open = run;
    if (open == null) {
      throw new IllegalArgumentException("the stream's first message must be OpenRun");
    }
    if (closing.get()) {
      throw new IllegalArgumentException("the run is closed: nothing follows CloseRun");
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
                  new RefusedException(new SessionRefusal.NoOpenParent(message.getParentRunId())));
      opened(runs.openChild(script, parent), () -> {});
    } else if (launch.rootRunId() != null) {
      throw new RefusedException(new SessionRefusal.LaunchedBefore(launch.rootRunId()));
    } else if (script.meta().approvalRequired() && !launch.options().approved()) {
      // A person takes his time: not on the connection's thread.
      opened(
          CompletableFuture.runAsync(
                  () -> launch.approval().ask(script.meta()), OwnThread.named("approval"))
              .thenCompose(yes -> runs.open(script, launch)),
          this::askToEnd);
    } else {
      opened(runs.open(script, launch), this::askToEnd);
    }
  }

  static void checkVersion(int theirs) {
    if (theirs != PROTOCOL_VERSION) {
      throw new RefusedException(new SessionRefusal.AnotherProtocol(theirs, PROTOCOL_VERSION));
    }
  }

  private void opened(CompletableFuture<ActiveRun> opening, Runnable cancel) {
    opening.whenComplete((opened, failure) -> {
      if (failure != null) {
        RuntimeException error = GrpcErrors.of(failure);
        replayBuffer.fail(error);
        launch.end().complete(new RunHandle.Outcome.Rejected(GrpcErrors.message(error)));
        return;
      }
      run = opened;
      sessions.opened(opened, this);
      if (opened.id().equals(opened.rootId())) {
        launch.opened(opened.id(), cancel);
      }
      replayBuffer.send(runOpened(opened));
      var unused = opened.ended().whenComplete((ended, failed) -> endedWithItsRoot(opened));
      String why = gone;
      if (why != null) {
        lost(why);
      }
    });
  }

  private ToShim runOpened(ActiveRun run) {
    RunOpened.Builder opened =
        RunOpened.newBuilder()
            .setRunId(run.id())
            .setArgsJson(run.argsJson())
            .setRunDir(run.directory().toString())
            .setSameMachine(!sessions.keepsRuns())
            .setBudget(Wire.budget(run.ledger()));
    sessions.describe(opened, launch);
    return ToShim.newBuilder().setRunOpened(opened).build();
  }

  private void reject(RejectScript message) {
    checkVersion(message.getProtocolVersion());
    if (opening) {
      // The stream would end, and its run stay open for ever.
      throw new IllegalArgumentException("RejectScript comes instead of OpenRun, and once");
    }
    // Nothing may be opened behind it.
    opening = true;
    launch
        .end()
        .complete(
            new RunHandle.Outcome.Rejected(
                FieldLimits.check("message", message.getMessage(), FieldLimits.TEXT)));
    replayBuffer.complete();
  }

  private static EventType typeOfScripts(String label) {
    return switch (label) {
      case "phase" -> EventType.PHASE;
      case "log" -> EventType.LOG;
      case "warning" -> EventType.WARNING;
      default ->
          throw new IllegalArgumentException("a script has no events of type '" + label + "'");
    };
  }

  private void appendEvent(ActiveRun open, AppendEvent event) {
    EventType type = typeOfScripts(event.getType());
    Wire.check(event);
    long bytes = event.getSerializedSize();
    limits.reserve(bytes);
    try {
      var unused =
          open.addEvent(
                  type,
                  event.getMessage(),
                  event.hasPhase() ? event.getPhase() : null,
                  event.hasDataJson() ? event.getDataJson() : null)
              .whenComplete((stored, failure) -> limits.release(bytes));
    } catch (RuntimeException | Error e) {
      limits.release(bytes);
      throw e;
    }
  }

  // ------------------------------------------------------------ the run's end

  private void closeRun(ActiveRun open, CloseRun message) {
    close(open, Wire.closing(message))
        .whenComplete((closed, failure) -> {
          if (failure == null) {
            replayBuffer.send(ToShim.newBuilder().setRunClosed(sessions.closed(closed)).build());
            replayBuffer.complete();
          } else {
            replayBuffer.fail(GrpcErrors.of(failure));
          }
        });
  }

  /** Ends the stream, and what was open on it; a launch that has no run by now gets none. */
  private void refuse(RuntimeException error) {
    replayBuffer.fail(error);
    lost("its shim broke the protocol: " + GrpcErrors.message(error));
    if (launch.rootRunId() == null) {
      launch.end().complete(new RunHandle.Outcome.Rejected(GrpcErrors.message(error)));
    }
  }

  /** The shim went away without closing its run, or the coordinator goes. */
  void lost(String why) {
    gone = why;
    ActiveRun open = run;
    if (open == null) {
      return;
    }
    String cancelled = launch.cancelled();
    var unused =
        close(
            open,
            cancelled == null
                ? RunCompletion.because(RunStatus.INTERRUPTED, "Interrupted", why)
                : RunCompletion.because(RunStatus.CANCELLED, "Cancelled", cancelled));
  }

  /** Ends a run that is open, and tells the shim, if it is there. */
  void end(Status status) {
    // Told first: a message that comes meanwhile is refused for a reason of its own.
    replayBuffer.fail(status.asRuntimeException());
    lost(String.valueOf(status.getDescription()));
  }

  private CompletableFuture<RunRecord> close(ActiveRun open, RunCompletion how) {
    if (!closing.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(open.record());
    }
    return runs.close(open, how)
        .whenComplete((ended, failure) -> {
          sessions.ended(open);
          if (open.id().equals(launch.rootRunId())) {
            launch
                .end()
                .complete(
                    failure == null
                        ? new RunHandle.Outcome.Ended(ended)
                        : new RunHandle.Outcome.Unstored(open.id(), GrpcErrors.message(failure)));
          }
        });
  }

  /** Does nothing where the run was closed from here. */
  private void endedWithItsRoot(ActiveRun child) {
    if (closing.compareAndSet(false, true)) {
      sessions.ended(child);
      replayBuffer.fail(
          Status.ABORTED
              .withDescription("the run that this one is a child of has ended")
              .asRuntimeException());
    }
  }

  private void cutOff() {
    end(
        Status.RESOURCE_EXHAUSTED.withDescription(
            "the shim leaves more of its answers unacknowledged than this coordinator can keep;"
                + " its operator may give it more memory (-Xmx)"));
  }

  /** Nobody can join any more. */
  void forget() {
    replayBuffer.forget();
  }

  /** Tells whoever waits for the run remotely. */
  void notice(String message) {
    replayBuffer.send(
        ToShim.newBuilder().setNotice(Notice.newBuilder().setMessage(message)).build());
  }

  private void askToEnd() {
    String reason = launch.cancelled();
    replayBuffer.send(
        ToShim.newBuilder()
            .setCancelRun(CancelRun.newBuilder().setReason(reason == null ? "" : reason))
            .build());
  }
}
