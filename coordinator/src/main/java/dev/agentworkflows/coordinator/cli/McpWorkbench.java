package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.app.RunOptionsResolver;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.mcp.ScriptRequest;
import dev.agentworkflows.coordinator.mcp.StartedRun;
import dev.agentworkflows.coordinator.mcp.Workbench;
import dev.agentworkflows.coordinator.rpc.CoordinatorService;
import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.shim.Python;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What MCP's tools ask for, done with what the commands are made of. All scripts of one server
 * share a coordinator, and so the limits of its providers.
 */
final class McpWorkbench implements Workbench, AutoCloseable {

  /** How long runs that are abandoned may take to be recorded. */
  private static final Duration ENDING = Duration.ofSeconds(10);

  /** An agent that has lost its way must not fill the machine with scripts. */
  private static final int MAX_RUNNING = 64;

  private final Console screen;
  private final Environment environment;
  private final OpenHome home;
  private final Store store;
  private final Providers providers;
  private final LocalCoordinator coordinator;
  private final @Nullable String python;
  private final Set<StartedScript> running = ConcurrentHashMap.newKeySet();

  /**
   * @param screen its standard error is where scripts print; its standard output is not touched
   * @param python the interpreter that was named; null for the usual one
   */
  McpWorkbench(
      WorkflowHome home,
      Store store,
      Providers providers,
      Console screen,
      Environment environment,
      @Nullable String python) {
    this.screen = screen;
    this.environment = environment.at(home);
    this.home =
        new OpenHome(
            home, store, environment.variables(), environment.clock(), providers::redactor);
    this.store = store;
    this.providers = providers;
    this.python = python;
    this.coordinator =
        LocalCoordinator.start(home, store, providers, AllowedWorkspaces.any(), environment);
  }

  @Override
  public OpenHome home() {
    return home;
  }

  @Override
  public RunRecord plan(ScriptRequest request) {
    Path script = ScriptCommand.script(Path.of(request.script() == null ? "" : request.script()));
    Python interpreter = environment.python(python);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream stderr = new PrintStream(printed, false, StandardCharsets.UTF_8);
    try {
      return new ScriptPlan(environment, providers, interpreter)
          .of(
              script,
              options(request, script, null),
              home.home().directory(),
              ScriptOutput.withoutInput(stderr, true));
    } catch (RefusedException e) {
      stderr.flush();
      String why = providers.redactor().redact(printed.toString(StandardCharsets.UTF_8)).strip();
      throw why.isEmpty() ? e : new RefusedException(e.getMessage() + "\n" + why, e);
    }
  }

  @Override
  public StartedRun start(ScriptRequest request, RunHandle.Approval approval) {
    String resumed = request.options().resumeRunId();
    RunRecord earlier = resumed == null ? null : RunLookup.awaitResumable(store.reader(), resumed);
    Path script =
        earlier != null
            ? ScriptCommand.storedScript(earlier)
            : ScriptCommand.script(Path.of(request.script() == null ? "" : request.script()));
    return start(script, options(request, script, earlier), approval);
  }

  private RunOptions options(ScriptRequest request, Path script, @Nullable RunRecord earlier) {
    RunOptionsResolver resolver = new RunOptionsResolver(providers);
    Path workspace = request.workspace() == null ? null : Path.of(request.workspace());
    String args = request.argsJson();
    return earlier == null
        ? resolver.fresh(request.options(), script, workspace, args == null ? "{}" : args)
        : resolver.resuming(
            request.options(),
            earlier,
            workspace,
            args == null ? earlier.settings().argsJson() : args);
  }

  private StartedRun start(Path script, RunOptions options, RunHandle.Approval approval) {
    if (running.size() >= MAX_RUNNING) {
      throw new RefusedException(
          running.size() + " runs go on already. Wait for one to end, or cancel one.");
    }
    Python interpreter = environment.python(python);
    RunHandle launch = new RunHandle(options, approval, new LiveRunStats((type, message) -> {}));
    ScriptSession session =
        new ScriptSession(launch, environment.parent(), ScriptOutput.apart(screen.err()));
    StartedScript hosted = new StartedScript(launch, session, store);
    running.add(hosted);
    Thread carrier =
        new Thread(
            () -> {
              hosted.carry(() -> end(session, interpreter, script));
              running.remove(hosted);
            },
            "script");
    carrier.setDaemon(true);
    carrier.start();
    return hosted;
  }

  private RunHandle.Outcome end(ScriptSession session, Python interpreter, Path script) {
    return session
        .run(
            interpreter,
            script,
            CoordinatorService.ownShims(coordinator.runs(), store),
            providers,
            environment)
        .end();
  }

  /** Ends all scripts, whose runs are then interrupted, and waits until that is recorded. */
  void abandonAll() {
    List<StartedScript> left = List.copyOf(running);
    left.forEach(StartedScript::abandon);
    try {
      CompletableFuture.allOf(
              left.stream().map(StartedScript::ended).toArray(CompletableFuture<?>[]::new))
          .get(ENDING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Whoever looks next sees from the lock that nobody carries them any more.
    }
  }

  @Override
  public void close() {
    coordinator.close();
  }
}
