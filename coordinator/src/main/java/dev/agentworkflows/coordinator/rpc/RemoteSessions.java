package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.SessionRefusal;
import dev.agentworkflows.coordinator.Steadily;
import dev.agentworkflows.coordinator.approval.ApprovalText;
import dev.agentworkflows.coordinator.approval.OpenQuestion;
import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.coordinator.run.ScriptMeta;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.OpenRun;
import dev.agentworkflows.proto.v1.RejoinRun;
import dev.agentworkflows.proto.v1.RunClosed;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.proto.v1.RunSummary;
import dev.agentworkflows.store.RunRecord;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The runs of remote shims, which outlive a short break of the network. Thread-safe. */
public final class RemoteSessions implements Sessions, AutoCloseable {

  /**
   * What one coordinator bears.
   *
   * @param runs at once, children not counted
   * @param callsOfARun in flight at once
   * @param bytesOfARun that it and its children may have on their way, in calls and events
   * @param streamsOfARun its own, and one for each child that is open
   * @param rejoin how long a run waits for its shim
   */
  public record Limits(
      int runs, int callsOfARun, long bytesOfARun, int streamsOfARun, Duration rejoin) {

    /** An eighth of the memory for one run, or half of the largest message. */
    public static final Limits USUAL =
        new Limits(
            100,
            20_000,
            Math.max(32L << 20, Runtime.getRuntime().maxMemory() / 8),
            streams(),
            Duration.ofSeconds(60));

    /** Each may have a message of many megabytes half arrived. */
    private static int streams() {
      return (int) Math.max(32, Math.min(1_000, Runtime.getRuntime().maxMemory() >> 23));
    }
  }

  /** How long a script that was asked to end may take, before its run ends without it. */
  private static final Duration UNWINDING = Duration.ofSeconds(10);

  /** How often remote users are told how their run stands; as often as on this machine. */
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  private final Runs runs;
  private final HostedRuns hosting;
  private final Tokens tokens;
  private final Limits limits;
  private final Map<String, RunSession> sessions = new ConcurrentHashMap<>();
  private final Map<String, RunSession> open = new ConcurrentHashMap<>();

  private final SharedMemory memory = SharedMemory.ofThisProcess();

  /** Launches whose handle is still referenced, by their key. */
  private final Map<RunHandle, InFlightLimits> limitsOfLaunches =
      Collections.synchronizedMap(new WeakHashMap<>());

  private volatile boolean stopping;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sessions");
        thread.setDaemon(true);
        return thread;
      });

  public RemoteSessions(Runs runs, HostedRuns hosting, Tokens tokens, Limits limits) {
    this.runs = runs;
    this.hosting = hosting;
    this.tokens = tokens;
    this.limits = limits;
  }

  HostedRuns hosting() {
    return hosting;
  }

  @Override
  public RunSession open(Caller caller, FromShim first, RunStream stream) {
    if (stopping) {
      throw Status.UNAVAILABLE
          .withDescription("the coordinator is about to stop")
          .asRuntimeException();
    }
    if (first.hasRejoinRun()) {
      return rejoin(caller, first.getRejoinRun(), stream);
    }
    if (!first.hasOpenRun()) {
      throw new IllegalArgumentException("the stream's first message must be OpenRun or RejoinRun");
    }
    return launch(first.getOpenRun(), stream);
  }

  private RunSession rejoin(Caller caller, RejoinRun message, RunStream stream) {
    RunSession.checkVersion(message.getProtocolVersion());
    RunSession session = sessions.get(message.getRunId());
    if (session == null
        || !(caller instanceof Caller.Shim shim)
        || session.launch() != shim.launch()) {
      throw new RefusedException(new SessionRefusal.NotJoinable(message.getRunId()));
    }
    session.rejoin(stream, message);
    return session;
  }

  private RunSession launch(OpenRun message, RunStream stream) {
    RunSession.checkVersion(message.getProtocolVersion());
    if (message.hasParentRunId()) {
      throw new RefusedException(new SessionRefusal.ChildWithoutItsToken());
    }
    if (runs.openCount() >= limits.runs()) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "this coordinator runs %d scripts at once and no more; try again later"
                  .formatted(limits.runs()))
          .asRuntimeException();
    }
    LoadedScript script = Wire.script(message);
    AtomicReference<@Nullable RunSession> made = new AtomicReference<>();
    RunHandle launch =
        new RunHandle(
            hosting.options(Wire.requested(message.getChoices()), script),
            new UnattendedApproval(),
            new LiveRunStats((type, text) -> {}, warning -> warn(made.get(), warning)));
    stream.holds(limits(launch));
    RunSession session = new RunSession(runs, launch, this, stream);
    made.set(session);
    return session;
  }

  private static void warn(@Nullable RunSession session, String warning) {
    if (session != null) {
      session.notice("warning: " + warning);
    }
  }

  /** Again and again, as long as the run is open. */
  private void tellProgress(String runId) {
    RunSession session = open.get(runId);
    if (session != null) {
      later(PROGRESS, () -> tellProgress(runId));
      hosting.progress(session.launch().tally()).ifPresent(session::notice);
    }
  }

  /** Whoever started the run is elsewhere, and is told there what it waits for. */
  private final class UnattendedApproval implements RunHandle.Approval {
    @Override
    public void ask(ScriptMeta meta) {
      throw new RefusedException(new ScriptRefusal.NeedsApproval(meta.name()));
    }

    @Override
    public void waiting(OpenQuestion question) {
      RunSession session = open.get(question.asked().runId());
      if (session != null) {
        session.notice("waiting for approval: " + ApprovalText.waiting(question.asked()));
      }
    }
  }

  @Override
  public boolean keepsRuns() {
    return true;
  }

  @Override
  public int rejoinSeconds() {
    return (int) limits.rejoin().toSeconds();
  }

  @Override
  public void afterReattachTimeout(Runnable action) {
    later(limits.rejoin(), action);
  }

  private void later(Duration delay, Runnable action) {
    if (!stopping) {
      timer.schedule(Steadily.doing("sessions", action), delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public boolean isTooMany(int callsInFlight) {
    return callsInFlight >= mostCalls();
  }

  /** Calls that a shim has given up end here a little later than there. */
  private int mostCalls() {
    return 2 * limits.callsOfARun();
  }

  @Override
  public void admit(int callsInFlight) {
    if (isTooMany(callsInFlight)) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "a run may have %d calls in flight here; a shim keeps further ones back"
                  .formatted(limits.callsOfARun()))
          .asRuntimeException();
    }
  }

  @Override
  public InFlightLimits limits(RunHandle launch) {
    return limitsOfLaunches.computeIfAbsent(
        launch,
        one ->
            new InFlightLimits(memory, limits.bytesOfARun(), mostCalls(), limits.streamsOfARun()));
  }

  @Override
  public void opened(ActiveRun run, RunSession session) {
    sessions.put(run.id(), session);
    open.put(run.id(), session);
    if (run.id().equals(run.rootId())) {
      later(PROGRESS, () -> tellProgress(run.id()));
      session
          .launch()
          .cancelling()
          .thenAccept(why ->
              later(
                  UNWINDING,
                  () -> session.end(Status.CANCELLED.withDescription("cancelled: " + why))));
    }
  }

  @Override
  public void describe(RunOpened.Builder opened, RunHandle launch) {
    opened
        .setRunToken(tokens.tokenOf(launch))
        .setRejoinSeconds(rejoinSeconds())
        .setMostCalls(limits.callsOfARun());
  }

  @Override
  public RunClosed closed(RunRecord run) {
    HostedRuns.Closing closing = hosting.closing(run);
    return RunClosed.newBuilder()
        .setSummary(
            RunSummary.newBuilder()
                .setLines(closing.lines())
                .setDocumentJson(closing.documentJson())
                .setTrouble(closing.trouble())
                .setExitCode(closing.exitCode()))
        .build();
  }

  /** The shim may still miss the end: it may ask for it for a while. */
  @Override
  public void ended(ActiveRun run) {
    RunSession session = open.remove(run.id());
    afterReattachTimeout(() -> {
      sessions.remove(run.id());
      if (session != null) {
        session.forget();
      }
      if (session != null && run.id().equals(run.rootId())) {
        tokens.revoke(session.launch());
      }
    });
  }

  /** Ends all runs as interrupted; returns when that is recorded, or after so long. */
  public void stop(Duration patience) {
    stopping = true;
    for (RunSession session : open.values()) {
      session.end(Status.UNAVAILABLE.withDescription("the coordinator was stopped"));
    }
    long deadline = System.nanoTime() + patience.toNanos();
    for (RunSession session : sessions.values()) {
      awaitEnd(session.launch(), Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
  }

  private static void awaitEnd(RunHandle launch, Duration patience) {
    try {
      launch.end().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The next look at the home shows the run as interrupted, too.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopping = true;
    timer.shutdownNow();
  }
}
