package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look at a run and its children: all that is shown of it, wherever it was learned. Its size
 * does not grow with the run's calls. Texts are redacted, and otherwise as scripts and providers
 * wrote them.
 *
 * @param name the workflow's, else its script's; null while nobody said
 * @param runId null while there is none
 * @param phases in the order of their first use, then those that the script announced
 * @param phase the one that was set last; null before the first
 * @param oldest calls that are out, those that have been so longest first; a few of them
 * @param retries how often a call was asked again so far
 * @param pauses providers that take no calls for a while
 * @param waits what calls wait for that are not out, the most frequent first
 */
public record RunSnapshot(
    @Nullable String name,
    @Nullable String runId,
    Duration elapsed,
    Counts calls,
    List<Phase> phases,
    @Nullable String phase,
    Spending spent,
    BudgetLimits limits,
    List<Out> oldest,
    int retries,
    List<Pause> pauses,
    List<Waiting> waits) {

  public RunSnapshot {
    phases = List.copyOf(phases);
    oldest = List.copyOf(oldest);
    pauses = List.copyOf(pauses);
    waits = List.copyOf(waits);
  }

  /**
   * Calls by how they stand.
   *
   * @param running at their provider
   * @param waiting for a permit, for budget, for their turn, for another try
   */
  public record Counts(int running, int waiting, int done, int cached, int failed, int cancelled) {

    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    public int over() {
      return done + cached + failed + cancelled;
    }

    /** Begun and not over. */
    public int inFlight() {
      return running + waiting;
    }

    public int all() {
      return over() + inFlight();
    }
  }

  /**
   * The calls of one phase.
   *
   * @param name null for calls outside of any
   */
  public record Phase(@Nullable String name, Counts calls) {}

  /**
   * A call that is out, or was and will be again.
   *
   * @param age since it first went out
   * @param saying what its agent said last of its work; null when it did not
   * @param retry why it has to be asked again, and when; null while it is asked
   */
  public record Out(String label, Duration age, @Nullable String saying, @Nullable String retry) {}

  /**
   * Calls that wait for the same.
   *
   * @param longest how long the one has waited that came first
   */
  public record Waiting(String reason, int calls, Duration longest) {}

  /** A provider takes no calls for so long. */
  public record Pause(String provider, Duration left) {}
}
