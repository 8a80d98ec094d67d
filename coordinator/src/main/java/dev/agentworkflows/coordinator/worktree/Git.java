package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.Programs;
import dev.agentworkflows.coordinator.secret.ChildEnvironment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the {@code git} program. Blocks until it has ended; when interrupted, ends it. Thread-safe.
 *
 * <p>An agent can write to its worktree, and to the configuration of the repository around it: git
 * is started there with {@link #in}, which runs no program that the repository names. Only what
 * {@link KnownRepositories} has checked may use {@link #trusting}.
 */
final class Git {

  /** Looking at a repository takes milliseconds, seconds in a huge one. */
  static final Duration USUAL_LIMIT = Duration.ofMinutes(2);

  /** How long whoever inherited git's output may hold it open when git itself has ended. */
  private static final Duration LINGERING = Duration.ofSeconds(2);

  private static final int ERROR_LIMIT = 16 * 1024;

  /** Whatever a repository's configuration says, none of these starts a program. */
  private static final List<String> WITHOUT_PROGRAMS =
      List.of(
          "core.hooksPath=/dev/null",
          "core.alternateRefsCommand=",
          "core.sshCommand=false",
          "core.gitProxy=",
          "core.askPass=",
          "core.editor=false",
          "core.pager=cat",
          "core.commitGraph=false",
          "credential.helper=",
          "diff.external=",
          "log.showSignature=false",
          "protocol.allow=never",
          "submodule.recurse=false",
          "status.submoduleSummary=false");

  private final Map<String, String> environment;
  private final Deadline deadline;

  /**
   * @param environment the coordinator's own; git gets no provider's key of it
   */
  Git(Map<String, String> environment) {
    this(ChildEnvironment.of(environment, Set.of()), Deadline.NONE);
    // A program in the place that git is started in is not git, nor one of those that it starts.
    this.environment.put("PATH", Programs.absolutePath(this.environment));
    // Git's own words are shown to people, and some are looked at here.
    this.environment.put("LANGUAGE", "en");
    this.environment.put("GIT_TERMINAL_PROMPT", "0");
    this.environment.put("GIT_EDITOR", "true");
    // A look at the user's checkout must not even refresh its index.
    this.environment.put("GIT_OPTIONAL_LOCKS", "0");
  }

  private Git(Map<String, String> environment, Deadline deadline) {
    this.environment = environment;
    this.deadline = deadline;
  }

  /** The same, with an end for all that it runs together. */
  Git until(Deadline end) {
    return new Git(environment, end);
  }

  /** A variable that it is started with; empty when there is none. */
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  Deadline deadline() {
    return deadline;
  }

  /**
   * How a command ended.
   *
   * @param output what it wrote to standard output, as bytes
   * @param whole whether that is all of its output: somebody who inherited it may go on writing
   * @param errors the beginning of what it wrote to standard error
   */
  record Result(int exitCode, byte[] output, boolean whole, String errors) {

    boolean fine() {
      return exitCode == 0;
    }

    /** Output that is one line. */
    String line() {
      return new String(output, StandardCharsets.UTF_8).strip();
    }

    /** Git's own reason, without its progress. */
    String reason() {
      List<String> told = errors.lines().filter(line -> !line.isBlank()).toList();
      return told.stream()
          .filter(line -> line.startsWith("fatal:") || line.startsWith("error:"))
          .reduce((earlier, later) -> later.startsWith("fatal:") ? later : earlier)
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElseGet(
              () -> told.isEmpty() ? "exit code " + exitCode : told.get(told.size() - 1).strip());
    }
  }

  /** A command that runs no program which the repository there names. */
  Command in(Path directory) {
    Command command = new Command(directory);
    WITHOUT_PROGRAMS.forEach(setting -> command.with("-c", setting));
    return command
        // Also what a missing object of a partial clone would be fetched by.
        .variable("GIT_ALLOW_PROTOCOL", "none")
        .variable("GIT_NO_LAZY_FETCH", "1")
        .variable("GIT_SSH_COMMAND", "false")
        .variable("GIT_ASKPASS", "false")
        .variable("SSH_ASKPASS", "false")
        // A commit is what its id says, whatever stands in refs/replace.
        .variable("GIT_NO_REPLACE_OBJECTS", "1")
        .variable("GIT_GRAFT_FILE", "/dev/null");
  }

  /** A command with the hooks and filters that the user has set up. */
  Command trusting(Path directory) {
    return new Command(directory);
  }

  /** Collects what a command is given. For one use. */
  final class Command {
    private final Path directory;
    private final List<String> words =
        new ArrayList<>(
            List.of(
                "git",
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.quotePath=false",
                "-c",
                "gc.auto=0",
                "-c",
                "maintenance.auto=false"));
    private final ProcessBuilder builder = new ProcessBuilder();
    private byte[] input = {};
    private Duration limit = USUAL_LIMIT;

    private Command(Path directory) {
      this.directory = directory;
      builder.environment().clear();
      builder.environment().putAll(environment);
    }

    Command with(String... more) {
      words.addAll(List.of(more));
      return this;
    }

    Command variable(String name, String value) {
      builder.environment().put(name, value);
      return this;
    }

    Command input(byte[] bytes) {
      input = bytes.clone();
      return this;
    }

    Command within(Duration duration) {
      limit = duration;
      return this;
    }

    /** Runs it; any exit code will do. */
    Result run() throws GitException, InterruptedException {
      if (!Files.isDirectory(directory)) {
        throw new GitException(directory + " is not there");
      }
      if (deadline.isOver()) {
        throw new GitException("there was no time left for `git " + verb() + "`");
      }
      words.set(0, program());
      Process process;
      try {
        process = builder.command(words).directory(directory.toFile()).start();
      } catch (IOException e) {
        throw new GitException(
            "the git program cannot be started ("
                + e.getMessage()
                + "). Install git, and see that it is on PATH",
            e);
      }
      return finish(process);
    }

    /** The JVM would search in its own PATH, and from the directory that git is started in. */
    private String program() throws GitException {
      return new Programs(environment)
          .find("git")
          .map(Path::toString)
          .orElseThrow(() ->
              new GitException(
                  "the git program cannot be started (there is none on PATH). Install git, and see"
                      + " that it is on PATH"));
    }

    /** Runs it; gives its output, or fails with git's own reason. */
    Result orFail() throws GitException, InterruptedException {
      Result result = run();
      if (!result.fine()) {
        throw new GitException("`git " + verb() + "` failed: " + result.reason());
      }
      if (!result.whole()) {
        throw new GitException(
            "`git " + verb() + "` gave more than could be read, or did not end its output");
      }
      return result;
    }

    /** The command's first word after the options that every command has. */
    private String verb() {
      for (int i = 1; i < words.size(); i++) {
        if (words.get(i).equals("-c")) {
          i++;
        } else if (!words.get(i).startsWith("-")) {
          return words.get(i);
        }
      }
      return "";
    }

    private Result finish(Process process) throws GitException, InterruptedException {
      Pipe output = new Pipe(process.getInputStream(), Integer.MAX_VALUE);
      Pipe errors = new Pipe(process.getErrorStream(), ERROR_LIMIT);
      @Nullable Thread feeding = feed(process.getOutputStream());
      try {
        Duration left = deadline.within(limit);
        if (!process.waitFor(left.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new GitException(
              "`git " + verb() + "` did not end within " + left.toSeconds() + " s");
        }
        boolean whole = output.awaitEnd();
        errors.awaitEnd();
        return new Result(
            process.exitValue(),
            output.bytes(),
            whole,
            new String(errors.bytes(), StandardCharsets.UTF_8));
      } finally {
        if (process.isAlive()) {
          end(process);
        }
        if (feeding != null) {
          feeding.interrupt();
        }
      }
    }

    /** Ends it, and what it started; waits until they are gone: they may write where we tidy up. */
    private static void end(Process process) {
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      all.add(process.toHandle());
      all.forEach(ProcessHandle::destroyForcibly);
      all.forEach(handle ->
          handle
              .onExit()
              .completeOnTimeout(handle, LINGERING.toMillis(), TimeUnit.MILLISECONDS)
              .join());
    }

    private @Nullable Thread feed(OutputStream stdin) {
      if (input.length == 0) {
        closeEmpty(stdin);
        return null;
      }
      Thread feeder =
          new Thread(
              () -> {
                try (stdin) {
                  stdin.write(input);
                } catch (IOException e) {
                  // Git did not want it all; its exit code tells whether that is a problem.
                }
              },
              "git-input");
      feeder.setDaemon(true);
      feeder.start();
      return feeder;
    }

    private static void closeEmpty(OutputStream stdin) {
      try {
        stdin.close();
      } catch (IOException e) {
        // Nothing was to be written.
      }
    }
  }

  /** Reads what a process writes, so that it never waits for a reader. */
  private static final class Pipe {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final InputStream source;
    private final int limit;
    private final Thread reader;
    private volatile boolean ended;
    private volatile boolean tooMuch;

    Pipe(InputStream source, int limit) {
      this.source = source;
      this.limit = limit;
      this.reader = new Thread(this::read, "git-output");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      byte[] buffer = new byte[8192];
      try {
        for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
          keep(buffer, n);
        }
        ended = true;
      } catch (IOException e) {
        // The process was ended, and its end of the pipe with it.
      }
    }

    /** Reads on when there is no more room: git would wait for ever. */
    private void keep(byte[] buffer, int length) {
      try {
        synchronized (kept) {
          kept.write(buffer, 0, Math.min(length, limit - kept.size()));
        }
      } catch (OutOfMemoryError e) {
        tooMuch = true;
        synchronized (kept) {
          kept.reset();
        }
      }
    }

    /** Whether all was read. */
    boolean awaitEnd() throws InterruptedException {
      reader.join(LINGERING.toMillis());
      return ended && !tooMuch;
    }

    byte[] bytes() {
      synchronized (kept) {
        return kept.toByteArray();
      }
    }
  }
}
