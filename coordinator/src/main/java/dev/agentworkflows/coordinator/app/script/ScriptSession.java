package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.OwnThread;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.StartTrace;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.run.ProcessEnd;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.shim.ParentProcess;
import dev.agentworkflows.coordinator.shim.Python;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import dev.agentworkflows.coordinator.shim.ShimProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One script, from its process's start to its end, against a coordinator of its own. Ctrl-C and
 * SIGTERM ask the script to end, and then make it.
 */
final class ScriptSession {

  /** How long a cancelled script may take to end by itself. */
  private static final Duration UNWINDING = Duration.ofSeconds(3);

  /** How long a script's process may linger when its run is over: its own exit handlers. */
  private static final Duration LINGERING = Duration.ofSeconds(10);

  /** How long what a process sent before its end may take to be worked off. */
  private static final Duration ARRIVING = Duration.ofSeconds(1);

  /** How long the coordinator takes at most to notice that a process is gone, and to record it. */
  private static final Duration NOTICING = Duration.ofSeconds(10);

  private final RunHandle launch;
  private final ParentProcess parent;
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  private final ScriptOutput output;
  private final ScriptChannel channel;
  private final CompletableFuture<ShimProcess> started = new CompletableFuture<>();

  /**
   * @param parent whose child the script's process will be
   * @param output where what the script prints goes
   * @param channel closed with this
   */
  ScriptSession(
      RunHandle launch, ParentProcess parent, ScriptOutput output, ScriptChannel channel) {
    this.launch = launch;
    this.parent = parent;
    this.output = output;
    this.channel = channel;
  }

  /**
   * How a script's process ended.
   *
   * @param exitCode the process's own
   */
  record Outcome(RunHandle.Outcome end, int exitCode) {}

  /**
   * Starts the script's process, which takes as long as getting ready here. Nothing of the script
   * runs before {@link #carry} or {@link #plan}; {@link #close} ends a process for which neither
   * came.
   */
  void begin(Python python, Path script, Providers providers, UserCache cache) {
    StartTrace.reached("options and providers are known");
    ShimProcess shim =
        ShimProcess.start(
            parent,
            python,
            script,
            channel.address(),
            channel.tokenOf(launch),
            providers.keyVariables(),
            output,
            cache);
    launch.startedAs(shim.ended());
    started.complete(shim);
    StartTrace.reached("the interpreter is started");
  }

  /**
   * Carries the script that was begun to its end; its parent's signals are this session's until
   * {@link #close}.
   */
  Outcome carry(Runs runs, OpenHome home, Redactor redactor) {
    ShimProcess shim = started.join();
    try (ScriptChannel.Serving serving = channel.carry(runs, home, redactor)) {
      return outcome(shim);
    }
  }

  /** Has the script that was begun loaded, and nothing of its {@code main} run. */
  Outcome plan(RunRecords records, Redactor redactor) {
    ShimProcess shim = started.join();
    try (ScriptChannel.Serving serving = channel.plan(records, redactor)) {
      return outcome(shim);
    }
  }

  private Outcome outcome(ShimProcess shim) {
    StartTrace.reached("the coordinator listens");
    var traced = launch.opening().thenRun(() -> StartTrace.reached("the run is open"));
    var forgotten = over.thenRun(parent.atSignal(() -> endAtSignal(shim)));
    var unused =
        launch
            .cancelling()
            .thenAcceptAsync(why -> shim.endWithin(UNWINDING), OwnThread.named("cancelling"));
    CompletableFuture.anyOf(launch.end(), shim.ended()).join();
    RunHandle.Outcome end = endAfter(shim);
    StartTrace.reached("the run is over");
    shim.endWithin(launch.cancelled() == null ? LINGERING : UNWINDING);
    int exitCode = shim.ended().join();
    shim.awaitOutput();
    StartTrace.reached("the script's process is gone");
    return new Outcome(end, exitCode);
  }

  /** Whoever waits for this session at a signal may go on. */
  void close() {
    abandon();
    channel.close();
    over.complete(null);
  }

  /** Ends the script at once, as if its process had died: its run is then interrupted. */
  void abandon() {
    var unused = started.thenAccept(shim -> shim.endWithin(Duration.ZERO));
  }

  private RunHandle.Outcome endAfter(ShimProcess shim) {
    try {
      CompletableFuture<Object> heard = CompletableFuture.anyOf(launch.opening(), launch.end());
      if (shim.ended().isDone()) {
        // What it sent may be on its way; when it sent nothing, there is nothing to wait for.
        heard.get(ARRIVING.toMillis(), TimeUnit.MILLISECONDS);
      }
      return launch.end().get(NOTICING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (launch.opening().isDone()) {
        throw new RefusedException(
            new ScriptRefusal.EndNotRecorded(ProcessEnd.of(shim.ended().join())), e);
      }
      shim.awaitOutput();
      throw new RefusedException(
          new ScriptRefusal.EndedBeforeRun(ProcessEnd.of(shim.ended().join()), shim.endOfOutput()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(new ScriptRefusal.Interrupted(), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The parent ends when this returns; by then everything is recorded. */
  private void endAtSignal(ShimProcess shim) {
    if (over.isDone()) {
      return;
    }
    launch.cancel("ended by a signal");
    shim.endWithin(UNWINDING);
    try {
      over.get(NOTICING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      System.getLogger(ScriptSession.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "the run did not end in time; it will show as interrupted");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
