package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

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
 * @param input what it reads from its standard input
 */
public record AgentProcess(
    List<String> command, Path directory, Map<String, String> environment, Input input) {

  /** Longer lines are left out: answers are far below, and memory is bounded. */
  public static final int MAX_LINE = 16 << 20;

  private static final int KILLED = 128 + 9;

  /**
   * How a program ended.
   *
   * @param code its exit code; 128 and more for a signal
   * @param stderr the end of what it wrote to standard error
   * @param linesLeftOut how many lines were longer than {@link #MAX_LINE}
   */
  public record Exit(int code, String stderr, long linesLeftOut) {}

  /** A program that reads its prompt and nothing more. */
  AgentProcess(
      List<String> command, Path directory, Map<String, String> environment, String prompt) {
    this(command, directory, environment, stdin -> PromptFeeder.start(prompt, stdin));
  }

  /**
   * Runs it to its end, blocking the calling thread; an interruption ends it. A program that hangs
   * after its last word is ended as well.
   *
   * @param listener is told its standard output, by another thread, and not after the return of
   *     this method
   * @throws AdapterException when it could not be started
   */
  public Exit run(Listener listener) throws AdapterException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before " + command.get(0) + " was started");
    }
    if (!Files.isDirectory(directory)) {
      throw new AdapterException(
          Kind.PERMANENT, "the working directory " + directory + " is not there");
    }
    List<String> prefix = OwnSession.prefix(environment);
    ProcessMark mark = ProcessMark.fresh();
    ProcessTree tree = new ProcessTree(mark);
    try (Watchdog watchdog = watchdog(mark)) {
      try {
        Process process = start(prefix, mark);
        tree.root(process.toHandle());
        Exit exit = attend(process, tree, listener);
        NotStarted.check(command.get(0), prefix, exit);
        return exit;
      } finally {
        tree.end();
      }
    }
  }

  private Exit attend(Process process, ProcessTree tree, Listener listener)
      throws InterruptedException {
    ExitGrace lastWord = new ExitGrace();
    ClosableListener gate = new ClosableListener(listener, lastWord);
    LineSplitter splitter = new LineSplitter(MAX_LINE, gate);
    OutputTail tail = new OutputTail();
    Input.Feeding feeding = input.start(process.getOutputStream());
    OutputReader out = OutputReader.start(process.getInputStream(), splitter::read);
    OutputReader err = OutputReader.start(process.getErrorStream(), tail::read);
    try {
      var unused = process.onExit().thenRun(lastWord::ended);
      awaitLastWord(lastWord, listener, gate);
      // The program itself, if it hangs; and what it left behind, which may hold its pipes open.
      tree.end();
      out.finish();
      err.finish();
      gate.shut();
      return new Exit(code(process), tail.text(), splitter.leftOut());
    } finally {
      gate.shut();
      feeding.stop();
      out.abandon();
      err.abandon();
    }
  }

  /** An interruption ends the wait, once the listener has had a moment to take leave. */
  private static void awaitLastWord(ExitGrace lastWord, Listener listener, ClosableListener gate)
      throws InterruptedException {
    try {
      Duration due = listener.dueAfter();
      if (!due.isZero() && !lastWord.awaitAtMost(due)) {
        gate.overdue();
      }
      lastWord.await();
    } catch (InterruptedException e) {
      var unused = lastWord.awaitAtMost(listener.cancel());
      throw e;
    }
  }

  /** One that even SIGKILL does not end, because the kernel holds it, is not waited for. */
  private static int code(Process process) throws InterruptedException {
    return process.waitFor(1, TimeUnit.SECONDS) ? process.exitValue() : KILLED;
  }

  private Watchdog watchdog(ProcessMark mark) throws AdapterException {
    try {
      return Watchdog.over(mark, environment);
    } catch (IOException e) {
      throw NotStarted.because(command.get(0), e);
    }
  }

  private Process start(List<String> prefix, ProcessMark mark) throws AdapterException {
    List<String> full = new ArrayList<>(prefix);
    full.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(full).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    mark.putInto(builder.environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw NotStarted.because(command.get(0), e);
    }
  }
}
