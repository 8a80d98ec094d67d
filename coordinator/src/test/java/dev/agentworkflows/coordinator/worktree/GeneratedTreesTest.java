package dev.agentworkflows.coordinator.worktree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.testkit.Generated;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random files and git states in worktrees, against what the file system itself says: no work is
 * lost or reported as nothing, what is applied arrives byte for byte, the user's checkout is not
 * touched, and no planted program runs.
 *
 * <p>{@code -Dscale=N} and {@code -Dseed=S} set how many, and from which seed; {@code
 * -Dworktree.only=I} runs the tree of that number again; {@code -Dworktree.kinds=PREFIX} draws from
 * kinds of that name alone.
 */
@Tag("slow")
class GeneratedTreesTest {

  private static final int THREADS = 2;
  private static final int SECONDS_FOR_A_TREE = 60;
  private static final int MAX_SHOWN = 200;

  @TempDir private Path directory;

  private final TreeTally tally = new TreeTally();
  private final Map<Integer, String> failures = new ConcurrentSkipListMap<>();
  private final ScheduledExecutorService watchdog = Executors.newScheduledThreadPool(1);

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void whatAgentsLeaveIsKeptNamedAndBroughtExactly() throws Exception {
    Integer only = Integer.getInteger("worktree.only");
    int trees = only == null ? Generated.count(300) : 1;
    int from = only == null ? 0 : only;
    long seed = Generated.seed();
    String prefix = System.getProperty("worktree.kinds", "");
    Set<String> off = Boolean.getBoolean("worktree.all") ? Set.of() : KindsTurnedOff.NAMES;
    List<TreeKind> kinds =
        TreeCase.kinds(off).stream().filter(kind -> kind.name().startsWith(prefix)).toList();
    TreeTemplates templates =
        TreeTemplates.in(Files.createDirectories(directory.toRealPath().resolve("t")));
    AtomicInteger next = new AtomicInteger(from);
    long start = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      workers.add(
          threads.submit(() -> {
            for (int n = next.getAndIncrement(); n < from + trees; n = next.getAndIncrement()) {
              one(templates, seed, n, kinds);
            }
          }));
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
    threads.shutdown();
    watchdog.shutdownNow();
    System.out.printf(
        "worktree trees: seed %d, %d kinds (%d turned off), %d ms, %s, failures %d%n",
        seed,
        kinds.size(),
        off.size(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
        tally,
        failures.size());
    assertThat(tally.of("trees")).isGreaterThanOrEqualTo(trees - failures.size());
    assertThat(Files.exists(templates.directory().resolve("planted/mark"))).isFalse();
    assertThat(failures.values())
        .as("seed %d: run one again with -Dseed=%d -Dworktree.only=N", seed, seed)
        .isEmpty();
  }

  private void one(TreeTemplates templates, long seed, int number, List<TreeKind> kinds) {
    TreeCase tree = TreeCase.draw(seed, number, kinds);
    String failure = failure(templates, tree, number);
    if (failure != null && failures.size() < MAX_SHOWN) {
      failures.put(
          number,
          "seed " + seed + ", tree " + number + "\n" + shrunk(templates, tree, failure, number));
    }
  }

  /** Leaves out steps, one after another, as long as the same promise is broken without them. */
  private String shrunk(TreeTemplates templates, TreeCase tree, String failure, int number) {
    TreeCase smallest = tree;
    String last = failure;
    for (int i = tree.steps().size() - 1; i >= 0 && smallest.steps().size() > 1; i--) {
      TreeCase smaller = smallest.without(i);
      String again = failure(templates, smaller, number);
      if (again != null && kindOf(again).equals(kindOf(failure))) {
        smallest = smaller;
        last = again;
      }
    }
    return smallest + "\n  => " + last;
  }

  private static String kindOf(String failure) {
    return failure.substring(0, Math.max(0, failure.indexOf(':')));
  }

  private @Nullable String failure(TreeTemplates templates, TreeCase tree, int number) {
    Path top = directory.resolve("n" + number);
    Thread thread = Thread.currentThread();
    ScheduledFuture<?> alarm =
        watchdog.schedule(thread::interrupt, SECONDS_FOR_A_TREE, TimeUnit.SECONDS);
    try {
      Files.createDirectories(top);
      TreeRun.run(templates, tree, top.toRealPath(), tally);
      return null;
    } catch (BrokenPromise e) {
      return e.getMessage();
    } catch (InterruptedException e) {
      return "hangs: not done after " + SECONDS_FOR_A_TREE + " s";
    } catch (Exception | AssertionError e) {
      java.io.StringWriter trace = new java.io.StringWriter();
      e.printStackTrace(new java.io.PrintWriter(trace));
      return "fails: "
          + trace
              .toString()
              .lines()
              .limit(12)
              .collect(java.util.stream.Collectors.joining("\n    "));
    } finally {
      alarm.cancel(false);
      Thread.interrupted();
      remove(top);
    }
  }

  /** What Java can't reach, `rm` can. */
  private static void remove(Path top) {
    try {
      new ProcessBuilder(
              "sh", "-c", "chmod -R u+rwX \"$0\" 2>/dev/null; rm -rf \"$0\"", top.toString())
          .inheritIO()
          .start()
          .waitFor();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
