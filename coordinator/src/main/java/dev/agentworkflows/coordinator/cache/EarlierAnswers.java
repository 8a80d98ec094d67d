package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.store.PlacedCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers that earlier runs of a script had, by place. The calls of one place come one after
 * another: a branch of the script, so to speak, whose course is known.
 *
 * <p>The rule, by which a call gets an answer:
 *
 * <ol>
 *   <li>the next one with its key in the course that its branch follows, where calls without an
 *       answer stand between identical ones that had one: a retry gets what its last try got;
 *   <li>otherwise that of another place, but only one that its own place will not ask for: since
 *       the script or its arguments have changed, or that branch or this one has left its course,
 *       or the earlier run came to its end with all calls answered. The branch goes on along that
 *       course;
 *   <li>otherwise none: it had none before, and is paid for.
 * </ol>
 *
 * <p>Not thread-safe. Answers are numbers of calls, 0 is none.
 */
public final class EarlierAnswers {

  private final Map<Long, Course> courses = new HashMap<>();
  private final Map<Long, Step> byAnswer = new HashMap<>();
  private final Map<Long, Position> positions = new HashMap<>();
  private final Map<String, String> scripts = new HashMap<>();
  private @Nullable Map<Long, List<Step>> byKey;
  private final boolean sameArguments;
  private boolean complete;

  /**
   * @param sameArguments the run has the arguments of the earlier ones
   * @param complete the newest of the earlier runs came to its end by itself
   */
  public EarlierAnswers(boolean sameArguments, boolean complete) {
    this.sameArguments = sameArguments;
    this.complete = complete;
  }

  /** A version of a script file. */
  record Script(String path, String hash) {}

  /** A call of an earlier run. */
  private static final class Step {
    private final long key;
    private long answer;
    private final Script script;
    private final Course course;
    private final int index;
    private boolean taken;

    Step(PlacedCall call, Script script, Course course) {
      this.key = call.keyStart();
      this.answer = call.answer();
      this.script = script;
      this.course = course;
      this.index = course.steps.size();
    }

    boolean free() {
      return answer != 0 && !taken;
    }
  }

  /** The calls that were made at one place, in their order. */
  private static final class Course {
    private final List<Step> steps = new ArrayList<>(1);
    private final Map<Long, Deque<Step>> unanswered = new HashMap<>(0);
    private boolean left;

    /** Identical calls that failed just before one that has an answer lack none: it was a retry. */
    void add(Step step) {
      if (step.answer == 0) {
        unanswered.computeIfAbsent(step.key, key -> new ArrayDeque<>(1)).add(step);
      } else {
        Deque<Step> lacking = unanswered.get(step.key);
        for (int i = steps.size() - 1; lacking != null && i >= 0; i--) {
          if (lacking.peekLast() != steps.get(i)) {
            break;
          }
          lacking.removeLast();
        }
      }
      steps.add(step);
    }

    /** The next step with one of the keys; one that has an answer, where there is one. */
    @Nullable Step next(int from, long... keys) {
      Step first = null;
      for (long key : keys) {
        Step step = nextWith(from, key);
        if (step != null && step.free()) {
          return step;
        }
        first = first == null ? step : first;
      }
      return first;
    }

    /** The next step with a key, at or after an index; of a retried one that which succeeded. */
    private @Nullable Step nextWith(int from, long key) {
      for (int i = from; i < steps.size(); i++) {
        Step step = steps.get(i);
        if (step.key == key && !step.taken) {
          return answered(i);
        }
      }
      for (int i = 0; i < from; i++) {
        Step step = steps.get(i);
        if (step.key == key && step.free()) {
          return step;
        }
      }
      return null;
    }

    /** Takes the first step with a key that lacks an answer. */
    @Nullable Step pollUnanswered(long key) {
      Deque<Step> lacking = unanswered.get(key);
      return lacking == null ? null : lacking.poll();
    }

    private Step answered(int first) {
      long key = steps.get(first).key;
      for (int i = first; i < steps.size() && steps.get(i).key == key; i++) {
        if (steps.get(i).free()) {
          return steps.get(i);
        }
      }
      return steps.get(first);
    }

    boolean expectsMore(int from) {
      return steps.stream().skip(from).anyMatch(Step::free);
    }
  }

  /** Which course a branch of this run follows, and how far it has come. */
  private record Position(Course course, int index) {}

  /**
   * Adds an earlier run's calls, in their order; of a chain of resumes the newest run's first. A
   * later addition brings what the newer runs had not come to, and what they had without an answer
   * that may stand in: they failed, or ran without the cache.
   */
  public void add(List<PlacedCall> calls, String scriptPath, String scriptHash, boolean newest) {
    Script script = new Script(scriptPath, scriptHash);
    for (PlacedCall call : calls) {
      if (newest && call.answer() == 0) {
        complete = false;
      }
      boolean known = call.answer() == 0 ? !newest : byAnswer.containsKey(call.answer());
      if (!known) {
        Course course = courses.computeIfAbsent(call.place(), place -> new Course());
        Step step = newest ? null : course.pollUnanswered(call.keyStart());
        if (step == null) {
          step = new Step(call, script, course);
          course.add(step);
        } else {
          step.answer = call.answer();
        }
        if (call.answer() != 0) {
          byAnswer.put(call.answer(), step);
        }
      }
    }
  }

  /** Whether no call has anything to get from here. */
  boolean areNone() {
    return courses.isEmpty();
  }

  /** This version of a script runs now. */
  void scriptOpened(String path, String hash) {
    scripts.put(path, hash);
  }

  /**
   * The answer for a call at a place, which it alone gets; 0 for none.
   *
   * @param keys under which an answer is as good, the best first. All of them are looked for at its
   *     own place before any is looked for at another
   */
  long take(long place, long... keys) {
    if (areNone()) {
      return 0;
    }
    Course own = courses.get(place);
    Position position = positions.get(place);
    if (position == null && own != null) {
      position = new Position(own, 0);
    }
    Step step = position == null ? null : position.course.next(position.index, keys);
    if (step == null && own != null) {
      step = own.next(0, keys);
    }
    if (step == null) {
      step = ofAnotherPlace(position, keys);
    }
    if (step == null) {
      return 0;
    }
    step.taken = true;
    positions.put(place, new Position(step.course, step.index + 1));
    return step.answer;
  }

  private @Nullable Step ofAnotherPlace(@Nullable Position position, long... keys) {
    boolean leaves = false;
    if (position != null && position.course.expectsMore(position.index)) {
      leaves = true;
      position.course.left = true;
    }
    for (long key : keys) {
      for (Step step : stepsOf(key)) {
        if (step.free() && (leaves || complete || step.course.left || isOfAnotherScript(step))) {
          return step;
        }
      }
    }
    return null;
  }

  private List<Step> stepsOf(long key) {
    if (byKey == null) {
      byKey = new HashMap<>();
      for (Step step : byAnswer.values()) {
        byKey.computeIfAbsent(step.key, of -> new ArrayList<>(1)).add(step);
      }
      byKey.values().forEach(steps -> steps.sort((a, b) -> Long.compare(a.answer, b.answer)));
    }
    return byKey.getOrDefault(key, List.of());
  }

  private boolean isOfAnotherScript(Step step) {
    String now = scripts.get(step.script.path());
    return !sameArguments || now != null && !now.equals(step.script.hash());
  }

  /** Whether an answer is taken, or waits for the call at its own place. */
  boolean keeps(long answer) {
    return byAnswer.containsKey(answer);
  }
}
