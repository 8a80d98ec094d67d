package dev.agentworkflows.coordinator.shim;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.secret.ChildEnvironment;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A script's process: the user's own Python, with the shim on its path. */
public final class ShimProcess {

  /**
   * Puts the shim in the place of the current directory, which is first on the path of {@code -c};
   * or before everything, where Python was told to put no directory there (PYTHONSAFEPATH).
   */
  private static final String PATH =
      "import sys; sys.path[:not getattr(sys.flags, 'safe_path', False)] = [sys.argv[1]]; ";

  /**
   * The shim's files are in a directory of ours, and compiled there once, also where the user wants
   * no compiled files beside their own (PYTHONDONTWRITEBYTECODE, as many containers have it):
   * compiling them takes as long as all the rest of a start. What comes from the standard library
   * is as the user wants it.
   */
  private static final String BOOTSTRAP = bootstrap("import asyncio; ", "_runner");

  private static final String REMOTE_BOOTSTRAP = bootstrap("", "_cli");

  /**
   * What is loaded before the script stays until the end: neither a collection during the run nor
   * the two at the interpreter's end need look at it, which saves a sixth of a start and end.
   */
  private static String bootstrap(String libraries, String module) {
    return "import gc; collects = gc.isenabled(); gc.disable(); "
        + PATH
        + libraries
        + "wanted = sys.dont_write_bytecode; sys.dont_write_bytecode = False; "
        + "from agent_workflows."
        + module
        + " import main; sys.dont_write_bytecode = wanted; gc.freeze(); collects and gc.enable(); "
        + "sys.exit(main(sys.argv[2:]))";
  }

  /** How long a script that was asked to end may take. */
  private static final Duration LEAVING = Duration.ofSeconds(15);

  /** How long what a process said may take to arrive, when it has ended. */
  private static final long ARRIVING_MS = 2000;

  private final Process process;

  /** One for all who ask: a new one would be done later than the process. */
  private final CompletableFuture<Integer> ended;

  private final List<Thread> listeners = new ArrayList<>();
  private final EndOfOutput end = new EndOfOutput();

  private ShimProcess(Process process) {
    this.process = process;
    this.ended = process.onExit().thenApply(Process::exitValue);
  }

  /**
   * Starts a script.
   *
   * @param coordinator {@code HOST:PORT}
   * @param keyVariables what of the parent's environment the script must not see
   * @param output where what the script prints goes
   */
  public static ShimProcess start(
      ParentProcess parent,
      Python python,
      Path script,
      String coordinator,
      String token,
      Set<String> keyVariables,
      ScriptOutput output,
      UserCache cache) {
    Path shim = ShimFiles.unpackOnceInto(cache);
    ProcessBuilder builder =
        parent
            .program(
                python.executable().toString(), "-c", BOOTSTRAP, shim.toString(), script.toString())
            .inheritIO();
    redirect(builder, output);
    Map<String, String> environment = builder.environment();
    keyVariables.forEach(environment::remove);
    environment.keySet().removeIf(ChildEnvironment::isOwnSecret);
    environment.put("OWF_COORDINATOR", coordinator);
    environment.put("OWF_RUN_TOKEN", token);
    OwnJar.addTo(environment);
    if (output.stdoutToStderr()) {
      environment.put("OWF_STDOUT", "stderr");
    } else if (output.out() != null) {
      // Python writes to a terminal line by line; to a pipe it would keep them for later.
      environment.put("OWF_STDOUT", "lines");
    }
    try {
      ShimProcess started = new ShimProcess(parent.start(builder));
      started.listen(output);
      return started;
    } catch (IOException e) {
      throw notStarted(python, e);
    }
  }

  /**
   * Runs a command line of the shim's own, which joins a remote coordinator, and waits for its end.
   * Signals of the terminal reach it by themselves.
   *
   * @return its exit code
   */
  public static int runAtRemoteCoordinator(Python python, List<String> arguments, UserCache cache) {
    Path shim = ShimFiles.unpackOnceInto(cache);
    List<String> command =
        new ArrayList<>(
            List.of(python.executable().toString(), "-c", REMOTE_BOOTSTRAP, shim.toString()));
    command.addAll(arguments);
    Process process;
    try {
      process = new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      throw notStarted(python, e);
    }
    ShimProcess running = new ShimProcess(process);
    Thread atSignal = new Thread(() -> running.passOnSignal(), "signal");
    Runtime.getRuntime().addShutdownHook(atSignal);
    return running.ended().join();
  }

  private static RefusedException notStarted(Python python, IOException e) {
    return new RefusedException(
        new ScriptRefusal.ProcessNotStarted(python.executable(), e.getMessage()), e);
  }

  /** It records its run as cancelled and ends; the virtual machine waits for it. */
  private void passOnSignal() {
    if (process.isAlive()) {
      process.destroy();
      endWithin(LEAVING);
    }
  }

  private static void redirect(ProcessBuilder builder, ScriptOutput output) {
    if (output.out() != null) {
      builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
    }
    if (output.errors() != null) {
      builder.redirectError(ProcessBuilder.Redirect.PIPE);
      builder.redirectErrorStream(output.errors() == output.out());
    }
    if (output.stdoutToStderr()) {
      // What Python's own start prints, before the shim redirects, must not mix with a document.
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
    if (output.apart()) {
      builder.redirectInput(new File("/dev/null"));
    }
  }

  private void listen(ScriptOutput output) {
    if (output.out() != null) {
      listeners.add(listen(process.getInputStream(), output.out(), "shim-output"));
    }
    if (output.errors() != null && output.errors() != output.out()) {
      listeners.add(listen(process.getErrorStream(), output.errors(), "shim-errors"));
    }
  }

  private Thread listen(InputStream from, OutputStream to, String name) {
    Thread listener =
        new Thread(
            () -> {
              try (InputStream said = from) {
                byte[] bytes = new byte[8192];
                for (int n = said.read(bytes); n >= 0; n = said.read(bytes)) {
                  end.add(bytes, n);
                  to.write(bytes, 0, n);
                }
                to.flush();
              } catch (IOException e) {
                // It has nothing more to say, or nobody is there to hear it.
              }
            },
            name);
    listener.setDaemon(true);
    listener.start();
    return listener;
  }

  /** Completes with the exit code when the process has ended. */
  public CompletableFuture<Integer> ended() {
    return ended.copy();
  }

  /** Waits for the end so long, then makes one. The script's own children are its own matter. */
  public void endWithin(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        process.waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** The end of what it said to us; empty for one that speaks to our own standard error. */
  public String endOfOutput() {
    return end.text();
  }

  /**
   * Waits for the last words of a process that has ended; a child of its own may hold them back.
   */
  public void awaitOutput() {
    try {
      for (Thread listener : listeners) {
        listener.join(ARRIVING_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
