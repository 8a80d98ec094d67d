package dev.agentworkflows.coordinator.worktree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever an agent does with git: what it leaves is in the kept worktree, or was never work. The
 * seed is in every failure; {@code -Dworktree.seed=N} runs one again.
 */
@Timeout(60)
class NothingIsLostTest {

  private static final String RUN = "run_20261122_143201_4f9c1a";
  private static final int MOST_STEPS = 9;

  /** FILE is one of a few names, BRANCH one of two, TEXT never the same twice. */
  private static final List<String> STEPS =
      List.of(
          "echo TEXT > FILE",
          "echo TEXT >> a.txt",
          "rm -f FILE",
          "git add -A",
          "git add FILE 2>/dev/null || true",
          "git commit -qam TEXT",
          "git commit -qam 'TEXT (start): Fast-forward'",
          "git commit -q --allow-empty -m TEXT",
          "git commit -q --amend --no-edit --allow-empty",
          "git checkout -q -b BRANCH || git checkout -q BRANCH || true",
          "git checkout -q - || true",
          "git checkout -q --detach",
          "git checkout -q owf/" + RUN + "/" + RUN + "_call_0001 || true",
          "git checkout -qf HEAD -- . || true",
          "git reset -q --hard",
          "git reset -q --soft HEAD~1 || true",
          "git reset -q --hard HEAD~1 || true",
          "git clean -fdq",
          "git stash -q -u || true",
          "git stash pop -q || true",
          "git merge -q BRANCH || true",
          "git rebase -q BRANCH || true",
          "git rebase --abort 2>/dev/null || true",
          "git cherry-pick BRANCH 2>/dev/null || true",
          "git mv a.txt FILE 2>/dev/null || true",
          "git rm -q --cached FILE 2>/dev/null || true",
          "git update-index --assume-unchanged a.txt 2>/dev/null || true",
          "git update-index --skip-worktree b.txt 2>/dev/null || true",
          "git branch -f BRANCH HEAD 2>/dev/null || true",
          "git tag TEXT",
          "chmod +x b.txt || true",
          "mkdir -p deep/er; echo TEXT > deep/er/FILE",
          "echo TEXT > some.log");

  @TempDir private Path directory;

  @RepeatedTest(40)
  void whatIsLeftIsKept(RepetitionInfo repetition) throws Exception {
    long seed =
        Long.getLong("worktree.seed", System.nanoTime() + repetition.getCurrentRepetition());
    Random random = new Random(seed);
    Repository repository = Repository.at(directory.resolve("project"));
    Worktrees worktrees =
        new Worktrees(System.getenv(), AllowedWorkspaces.any(), directory.resolve("home"));
    Worktrees.Plan plan =
        worktrees.plan(
            repository.top,
            Files.createDirectories(directory.resolve("home/runs").resolve(RUN)),
            RUN,
            RUN + "_call_0001");
    worktrees.make(plan, Duration.ofSeconds(30));
    Repository agent = repository.from(plan.worktree().path());
    List<String> steps = steps(random);
    // Some steps fail, as an agent's do.
    agent.sh(
        steps.stream().map(step -> "{ " + step + "; } || true\n").collect(Collectors.joining()));
    String what = "seed " + seed + ":\n" + String.join("\n", steps);

    Left before = Left.of(agent);
    Work work;
    try {
      work = GivenBack.of(worktrees, plan.worktree());
    } catch (GitException e) {
      throw new AssertionError(what, e);
    }

    if (work.none()) {
      assertThat(plan.worktree().path()).as(what).doesNotExist();
      assertThat(before.files()).as(what).isEqualTo(Left.of(repository).files());
      assertThat(before.index()).as(what).isEqualTo(Left.of(repository).index());
      assertThat(Left.of(repository).commits()).as(what).containsAll(before.commits());
    } else {
      assertThat(Left.of(agent)).as(what + "\n" + work).isEqualTo(before);
      assertThat(work.changedFiles()).as(what).containsAll(before.changed(Left.of(repository)));
    }
  }

  private static List<String> steps(Random random) {
    List<String> steps = new ArrayList<>();
    for (int i = random.nextInt(MOST_STEPS); i >= 0; i--) {
      steps.add(
          STEPS
              .get(random.nextInt(STEPS.size()))
              .replace(
                  "FILE",
                  List.of("a.txt", "b.txt", "n1", "n 2").get(random.nextInt(4)).replace(" ", "\\ "))
              .replace("BRANCH", random.nextBoolean() ? "one" : "two")
              .replace("TEXT", "t" + i + "_" + random.nextInt(1_000_000)));
    }
    return steps;
  }

  /**
   * What is there to be lost.
   *
   * @param files those that git does not ignore: mode, content, name
   * @param commits all that a branch, a tag, the stash or HEAD leads to
   */
  private record Left(Set<String> files, String index, Set<String> commits) {

    static Left of(Repository checkout) {
      return new Left(
          lines(
              checkout.sh(
                  """
                  (git ls-files -z --others --exclude-standard; git ls-files -z) | sort -zu |
                    while IFS= read -r -d '' f; do
                      [ ! -e "$f" ] || echo "$(stat -c %A "$f") $(sha256sum < "$f") $f"
                    done
                  """
                      .replace(
                          "while IFS= read -r -d '' f", "tr '\\0' '\\n' | while IFS= read -r f"))),
          checkout.sh("git ls-files -s | sort"),
          lines(
              checkout.sh(
                  "git rev-list --all HEAD; git reflog show --format=%H refs/stash 2>/dev/null || true")));
    }

    /** The names of files that are not as in another checkout. */
    Set<String> changed(Left other) {
      Set<String> different = new TreeSet<>(files);
      different.removeAll(other.files());
      return different.stream()
          .map(line -> line.substring(line.indexOf(" -") + 3).strip())
          .collect(Collectors.toSet());
    }

    private static Set<String> lines(String text) {
      return text.lines()
          .filter(line -> !line.isBlank())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
