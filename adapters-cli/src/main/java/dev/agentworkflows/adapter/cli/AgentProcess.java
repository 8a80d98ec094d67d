package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One start of an agent's program, from its prompt to the end of the last process that it left
 * behind.
 *
 * <p>However it ends - by itself, by an interruption, by the death of this very process - all that
 * it started ends with it, within five seconds: a {@link ProcessTree} while we live, a {@link
 * Watchdog} when we do not.
 *
 * @param command the program and its arguments
 * @param directory where it works
 * @param environment all of its environment
 * @param prompt what it reads from its standard input
 */
record AgentProcess(
    List<String> command, Path directory, Map<String, String> environment, String prompt) {

  /** Longer lines are left out: answers are far below, and memory is bounded. */
  static final int LONGEST_LINE = 16 << 20;

  /**
   * How a program ended.
   *
   * @param code its exit code; 128 and more for a signal
   * @param stderr the end of what it wrote to standard error
   * @param linesLeftOut how many lines were longer than {@link #LONGEST_LINE}
   */
  record Exit(int code, String stderr, long linesLeftOut) {}

  /**
   * Runs it to its end, blocking the calling thread; an interruption ends it.
   *
   * @param lines is given its standard output, line by line, by another thread, and not after the
   *     return of this method
   * @throws AdapterException when it could not be started
   */
  Exit run(Consumer<String> lines) throws AdapterException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before " + command.get(0) + " was started");
    }
    if (!Files.isDirectory(directory)) {
      throw new AdapterException(
          Kind.PERMANENT, "the working directory " + directory + " is not there");
    }
    ProcessMark mark = ProcessMark.fresh();
    ProcessTree tree = new ProcessTree(mark);
    try (Watchdog watchdog = watchdog(mark)) {
      try {
        Process process = start(mark);
        tree.add(process.toHandle());
        return attend(process, tree, lines);
      } finally {
        tree.end();
      }
    }
  }

  private static Exit attend(Process process, ProcessTree tree, Consumer<String> lines)
      throws AdapterException, InterruptedException {
    LineGate gate = new LineGate(lines);
    LineSplitter splitter = new LineSplitter(LONGEST_LINE, gate);
    OutputTail tail = new OutputTail();
    OutputReader out = OutputReader.start(process.getInputStream(), splitter::read);
    OutputReader err = OutputReader.start(process.getErrorStream(), tail::read);
    try {
      int code = process.waitFor();
      // What the program left behind may hold its pipes open.
      tree.end();
      out.finish();
      err.finish();
      gate.shut();
      return new Exit(code, tail.text(), splitter.leftOut());
    } finally {
      gate.shut();
      out.abandon();
      err.abandon();
    }
  }

  private Watchdog watchdog(ProcessMark mark) throws AdapterException {
    try {
      return Watchdog.over(mark, environment);
    } catch (IOException e) {
      throw notStarted(e);
    }
  }

  /**
   * The prompt comes from a file, not from a pipe: a program that never reads it blocks nobody. The
   * file is gone from its directory as soon as the program has it open.
   */
  private Process start(ProcessMark mark) throws AdapterException {
    List<String> full = new ArrayList<>(OwnSession.prefix(environment));
    full.addAll(command);
    try (TemporaryFile input = TemporaryFile.create("owf-prompt-")) {
      input.write(prompt);
      ProcessBuilder builder =
          new ProcessBuilder(full)
              .directory(directory.toFile())
              .redirectInput(input.path().toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      mark.putInto(builder.environment());
      return builder.start();
    } catch (IOException e) {
      throw notStarted(e);
    }
  }

  private AdapterException notStarted(IOException cause) {
    return new AdapterException(
        Kind.NOT_SENT,
        command.get(0) + " could not be started: " + cause.getMessage(),
        null,
        Usage.UNKNOWN,
        cause);
  }
}
