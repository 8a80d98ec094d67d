package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a program that is there never ran. The prompt surely reached nobody, so it may be tried
 * again: memory, processes and descriptors come back, and a program that is just being updated can
 * soon be executed. What is wrong with the file itself stays so.
 */
final class NotStarted {

  /** As the JDK writes it, older and newer. */
  private static final Pattern ERROR = Pattern.compile("\\berror[=:] ?(\\d+)");

  /** ENOENT (here the interpreter's: the file is there), E2BIG, ENOEXEC, EACCES. */
  private static final Set<String> LASTING = Set.of("2", "7", "8", "13");

  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;

  private NotStarted() {}

  static AdapterException because(String program, IOException cause) {
    String reason = String.valueOf(cause.getMessage());
    Matcher error = ERROR.matcher(reason);
    boolean lasting = error.find() && LASTING.contains(error.group(1));
    return failure(program, lasting, reason, cause);
  }

  /**
   * The same where {@code setsid} stands between us and the program.
   *
   * @param prefix what the command line began with
   */
  static void check(String program, List<String> prefix, AgentProcess.Exit exit)
      throws AdapterException {
    boolean told = !prefix.isEmpty() && exit.stderr().startsWith("setsid: ");
    if (told && (exit.code() == NOT_FOUND || exit.code() == NOT_EXECUTABLE)) {
      throw failure(program, exit.code() == NOT_FOUND, exit.stderr(), null);
    }
  }

  private static AdapterException failure(
      String program, boolean lasting, String reason, @Nullable Throwable cause) {
    String words =
        lasting
            ? "%s could not be started: %s. Is it complete, and the interpreter that its first line"
                + " names installed?"
            : "%s could not be started: %s";
    return new AdapterException(
        lasting ? Kind.UNAVAILABLE : Kind.NOT_SENT,
        words.formatted(program, reason),
        null,
        Usage.UNKNOWN,
        cause);
  }
}
