package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.BlankText;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageLimit;

/** Why a program that was started gave no answer, in words and as a kind. */
public final class Failure {

  private static final int STDERR_SHOWN = 1000;
  private static final int FIRST_SIGNAL = 129;

  private Failure() {}

  /** The program says by itself what went wrong. */
  public static AdapterException reported(String program, Kind kind, String message, Usage usage) {
    return new AdapterException(kind, words(program, message), null, usage, null);
  }

  /**
   * The program says by itself what went wrong, and it is known whether any work was done before.
   * What surely nobody has begun, because the call was turned away, another provider may do. After
   * any other failure without a sign of work, such as a lost connection, nothing is sure.
   */
  public static AdapterException reported(
      String program, Kind kind, String message, Usage usage, boolean nothingBegan) {
    boolean lostLogin = kind == Kind.UNAVAILABLE && !nothingBegan;
    AdapterException failure = reported(program, lostLogin ? Kind.PERMANENT : kind, message, usage);
    boolean turnedAway =
        kind == Kind.EXHAUSTED
            || kind == Kind.RATE_LIMITED
            || (kind == Kind.TRANSIENT && FailureWords.tellOfOverload(message));
    return nothingBegan && turnedAway ? failure.beforeWork() : failure;
  }

  /** The program says by itself that its login has reached a limit. */
  public static AdapterException limited(
      String program, UsageLimit limit, String message, Usage usage) {
    return AdapterException.usageLimited(words(program, message), limit, usage);
  }

  private static String words(String program, String message) {
    return program + " failed: " + (message.isBlank() ? "it does not say why" : message.strip());
  }

  /**
   * A program's last word may be empty when it has edited files, which are its answer; otherwise
   * there is none.
   */
  public static void requireWords(String program, String text, boolean mutating, Usage usage)
      throws AdapterException {
    if (BlankText.is(text) && !mutating) {
      throw new AdapterException(Kind.TRANSIENT, program + " ended with an empty answer")
          .billed(usage, null);
    }
  }

  /**
   * The program ended without a last word. When a signal ended it, or its output was cut, the same
   * call may well succeed another time; an exit code of its own is a refusal.
   */
  public static AdapterException silent(String program, AgentProcess.Exit exit, Usage usage) {
    boolean refused = exit.code() > 0 && exit.code() < FIRST_SIGNAL;
    Kind kind = refused || exit.linesLeftOut() > 0 ? Kind.PERMANENT : Kind.TRANSIENT;
    StringBuilder message = new StringBuilder(program).append(' ').append(how(exit));
    if (exit.linesLeftOut() > 0) {
      message.append(
          "; %d of its lines were longer than %d MiB and were left out"
              .formatted(exit.linesLeftOut(), AgentProcess.MAX_LINE >> 20));
    }
    message.append("; ").append(errors(exit));
    return new AdapterException(kind, message.toString(), null, usage, null);
  }

  /**
   * The program was ended because it had not begun in time, and surely has done no work.
   *
   * @param what it has not done, and what to do, without a full stop
   */
  public static AdapterException notBegun(String program, String what, AgentProcess.Exit exit) {
    return new AdapterException(
        Kind.UNAVAILABLE, program + " " + what + "; " + errors(exit), null, Usage.of(0, 0), null);
  }

  private static String errors(AgentProcess.Exit exit) {
    return exit.stderr().isEmpty()
        ? "it wrote nothing to standard error"
        : "the end of its standard error: " + end(exit.stderr());
  }

  private static String how(AgentProcess.Exit exit) {
    if (exit.code() == 0) {
      return "ended without an answer";
    }
    return exit.code() < FIRST_SIGNAL
        ? "ended with exit code " + exit.code() + " and without an answer"
        : "was ended by signal " + (exit.code() - 128) + " before it gave an answer";
  }

  private static String end(String stderr) {
    return stderr.length() <= STDERR_SHOWN
        ? stderr
        : "…" + stderr.substring(stderr.length() - STDERR_SHOWN);
  }
}
