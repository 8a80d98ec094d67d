package dev.agentworkflows.coordinator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.store.PlacedCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A random workflow that runs in steps whose order is random, is killed at random, and resumed from
 * what it had recorded, until it comes to its end. Few prompts, so that most are asked in several
 * branches; what follows embeds the answer before it; some calls fail and are tried again.
 */
final class SimulatedRuns {

  private static final String SCRIPT = "/s.py";

  private final Random random;
  private final String name;
  private final List<Op> program;
  private final Map<String, Long> seen = new HashMap<>();
  private final List<List<PlacedCall>> chain = new ArrayList<>();
  private long paid;

  SimulatedRuns(Random random, String name) {
    this.random = random;
    this.name = name;
    this.program = ops(3);
  }

  private sealed interface Op {}

  /** A call: of a prompt, with the last answer in it or not. */
  private record Ask(int prompt, boolean embedsLast) implements Op {}

  private record Parallel(List<List<Op>> branches) implements Op {}

  private List<Op> ops(int depth) {
    List<Op> ops = new ArrayList<>();
    for (int i = random.nextInt(4) + 1; i > 0; i--) {
      if (depth > 0 && random.nextInt(3) == 0) {
        List<List<Op>> branches = new ArrayList<>();
        List<Op> one = ops(depth - 1);
        for (int b = random.nextInt(4) + 1; b > 0; b--) {
          branches.add(random.nextBoolean() ? one : ops(depth - 1));
        }
        ops.add(new Parallel(branches));
      } else {
        ops.add(new Ask(random.nextInt(3), random.nextInt(3) == 0));
      }
    }
    return ops;
  }

  void checkUntilDone() {
    boolean done = false;
    for (int i = 0; !done && i < 30; i++) {
      done = new Execution(i > 20 ? Integer.MAX_VALUE : random.nextInt(40)).run();
    }
    assertThat(done).as(name).isTrue();
    Execution again = new Execution(Integer.MAX_VALUE);
    long before = paid;
    assertThat(again.run()).isTrue();
    assertThat(paid).as("paid by a resume of what was done, %s", name).isEqualTo(before);
    assertThat(paid).as("answers that were paid for, %s", name).isEqualTo(seen.size());
  }

  private static final class Task {
    private final long place;
    private final String path;
    private final List<Op> ops;
    private final @Nullable Task parent;
    private int next;
    private int fanouts;
    private int children;
    private long last;

    Task(long place, String path, List<Op> ops, @Nullable Task parent) {
      this.place = place;
      this.path = path;
      this.ops = ops;
      this.parent = parent;
    }
  }

  /** A call that its provider has, as an entry of the run's records. */
  private record Pending(Task task, int index, long key, boolean fails) {}

  private final class Execution {
    private final List<PlacedCall> calls = new ArrayList<>();
    private final List<Task> runnable = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private final EarlierAnswers earlier = new EarlierAnswers(true, false);
    private final int steps;

    Execution(int steps) {
      this.steps = steps;
      for (int i = chain.size() - 1; i >= 0; i--) {
        earlier.add(chain.get(i), SCRIPT, "h", i == chain.size() - 1);
      }
      earlier.scriptOpened(SCRIPT, "h");
      runnable.add(new Task(1, "", program, null));
    }

    /** False when it was killed before its end. */
    boolean run() {
      for (int i = 0; i < steps && !(runnable.isEmpty() && pending.isEmpty()); i++) {
        // As it is outside: a hit comes at once, a provider takes its time.
        boolean answers = runnable.isEmpty() || !pending.isEmpty() && random.nextInt(4) == 0;
        if (answers) {
          end(pending.remove(random.nextInt(pending.size())));
        } else {
          step(runnable.remove(random.nextInt(runnable.size())));
        }
      }
      chain.add(calls);
      return runnable.isEmpty() && pending.isEmpty();
    }

    private void step(Task task) {
      if (task.next == task.ops.size()) {
        if (task.parent != null && --task.parent.children == 0) {
          runnable.add(task.parent);
        }
        return;
      }
      Op op = task.ops.get(task.next);
      if (op instanceof Parallel parallel) {
        task.next++;
        task.fanouts++;
        task.children = parallel.branches().size();
        for (int b = 0; b < parallel.branches().size(); b++) {
          String path = task.path + "/" + task.next + "." + b;
          long place = Objects.hash(task.place, task.fanouts, b) * 2_654_435_761L + 7;
          runnable.add(new Task(place, path, parallel.branches().get(b), task));
        }
      } else if (op instanceof Ask ask) {
        ask(task, ask);
      }
    }

    private void ask(Task task, Ask ask) {
      long key = ask.prompt() + (ask.embedsLast() ? 1_000_003L * task.last : 0);
      long answer = earlier.take(task.place, key);
      calls.add(new PlacedCall(task.place, key, answer));
      if (answer == 0) {
        pending.add(new Pending(task, calls.size() - 1, key, random.nextInt(5) == 0));
      } else {
        answered(task, answer);
      }
    }

    private void end(Pending call) {
      if (call.fails()) {
        runnable.add(call.task());
        return;
      }
      long answer = ++paid;
      calls.set(call.index(), new PlacedCall(call.task().place, call.key(), answer));
      answered(call.task(), answer);
    }

    private void answered(Task task, long answer) {
      String where = task.path + "/" + ++task.next;
      Long before = seen.putIfAbsent(where, answer);
      assertThat(before == null ? answer : before)
          .as("answer at %s, %s", where, name)
          .isEqualTo(answer);
      task.last = answer;
      runnable.add(task);
    }
  }
}
