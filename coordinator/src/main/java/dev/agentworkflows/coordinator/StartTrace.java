package dev.agentworkflows.coordinator;

import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a command reached which of its steps, for whoever wants to know where a start takes its
 * time: {@code OWF_TRACE=1} has it printed at the command's end, on standard error. One for the
 * process, because a start happens once in it. Thread-safe.
 */
public final class StartTrace {

  /** Set to anything but nothing or 0, a command prints its trace. */
  public static final String VARIABLE = "OWF_TRACE";

  /** The launcher's own start in milliseconds since 1970; without it the JVM's is the beginning. */
  private static final String BEGAN = "OWF_TRACE_BEGAN";

  private static volatile @Nullable StartTrace current;

  private record Step(String name, long at) {}

  private final long began;
  private final List<Step> steps = new ArrayList<>();

  private StartTrace(long began) {
    this.began = began;
  }

  /** Whether a command with these variables prints a trace, which only its own process can. */
  public static boolean isAsked(Map<String, String> variables) {
    String asked = variables.getOrDefault(VARIABLE, "");
    return !asked.isEmpty() && !asked.equals("0");
  }

  /** To be called first of all, by the process's entry. */
  public static void begin(Map<String, String> variables) {
    if (!isAsked(variables)) {
      return;
    }
    String jvm =
        ProcessHandle.current()
            .info()
            .startInstant()
            .map(start -> String.valueOf(start.toEpochMilli()))
            .orElseGet(() -> String.valueOf(System.currentTimeMillis()));
    String launcher = variables.getOrDefault(BEGAN, "");
    current = new StartTrace(Long.parseLong(launcher.matches("\\d{1,18}") ? launcher : jvm));
    reached("the virtual machine runs");
  }

  /** The command has come so far; nothing happens when nobody asked. */
  public static void reached(String step) {
    StartTrace trace = current;
    if (trace != null) {
      trace.add(step);
    }
  }

  /** Prints what there is, once. */
  public static void end(PrintStream out) {
    StartTrace trace = current;
    if (trace != null) {
      current = null;
      trace.print(out);
    }
  }

  private synchronized void add(String step) {
    steps.add(new Step(step, Instant.now().toEpochMilli()));
  }

  private synchronized void print(PrintStream out) {
    out.println("owf: trace: ms since the start, ms of each step");
    long before = began;
    for (Step step : steps) {
      out.println(
          String.format(
              Locale.ROOT,
              "owf: trace: %6d %6d  %s",
              step.at() - began,
              step.at() - before,
              step.name()));
      before = step.at();
    }
  }
}
