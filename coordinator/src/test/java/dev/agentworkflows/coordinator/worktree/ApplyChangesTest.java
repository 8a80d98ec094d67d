package dev.agentworkflows.coordinator.worktree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an agent left arrives in the workspace as it is, or not at all. */
@Timeout(60)
class ApplyChangesTest {

  private static final String RUN = "run_20261122_143201_4f9c1a";

  private static final Worktrees.Ledger LEDGER =
      new Worktrees.Ledger() {
        @Override
        public void claim() {
          // Each test applies once.
        }

        @Override
        public void applied() {
          // What is written is looked at.
        }
      };

  @TempDir private Path directory;

  private Repository repository;
  private Worktrees worktrees;

  /** Of the agent that has worked. */
  @SuppressWarnings("NullAway.Init")
  private Worktree worktree;

  @BeforeEach
  void begin() throws Exception {
    repository = Repository.at(directory.resolve("project"));
    worktrees = new Worktrees(System.getenv(), AllowedWorkspaces.any(), directory.resolve("home"));
  }

  private void agent(String script) throws Exception {
    Path runDirectory = Files.createDirectories(directory.resolve("home/runs").resolve(RUN));
    Worktrees.Plan plan =
        worktrees.plan(
            repository.top, runDirectory, RUN, RUN + "_call_0001", Duration.ofSeconds(60));
    worktrees.make(plan, Duration.ofSeconds(30));
    worktree = plan.worktree();
    repository.from(worktree.path()).sh(script);
  }

  private void apply() throws Exception {
    worktrees.apply(worktree, worktrees.patch(worktree), repository.top, LEDGER);
  }

  private void assertSame(String name) {
    assertThat(repository.top.resolve(name)).hasSameBinaryContentAs(worktree.path().resolve(name));
  }

  @Test
  void aFileComesAsItIsWhateverItsAttributesAre() throws Exception {
    repository.sh("git config core.autocrlf true; rm a.txt; git checkout -q a.txt");
    agent("mkdir lf; echo '* -text' > lf/.gitattributes; printf 'x\\ny\\n' > lf/foo");

    apply();

    assertSame("lf/foo");
    assertSame("lf/.gitattributes");
  }

  @Test
  void mixedLineEndsChangeInTheAgentsLinesAlone() throws Exception {
    repository.sh(
        "seq 9 | sed 's/5/5\\r/' > a.txt; git add a.txt; git commit -qm mixed; sed -i 1s/1/user/ a.txt");
    agent("sed -i 9s/9/agent/ a.txt");

    apply();

    assertThat(Files.readString(repository.top.resolve("a.txt")))
        .isEqualTo("user\n2\n3\n4\n5\r\n6\n7\n8\nagent\n");
  }

  @Test
  void linesThatBothChangedAreAConflictAndNothingIsTouched() throws Exception {
    agent("echo agent > a.txt; echo new > n; rm b.txt");
    repository.sh("echo user > a.txt");

    assertThatThrownBy(this::apply)
        .hasMessageContaining("a.txt: was changed here too")
        .hasMessageContaining("Nothing was changed");
    assertThat(repository.git("status", "--porcelain")).isEqualTo("M a.txt");
  }

  @Test
  void nothingIsWrittenBeyondALinkOfTheWorkspaces() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    agent("mkdir d; echo x > d/f");
    Files.createSymbolicLink(repository.top.resolve("d"), outside);

    assertThatThrownBy(this::apply).hasMessageContaining("d is no directory but a link");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aLinkInTheWorktreesPlaceIsNeitherShownNorApplied() throws Exception {
    agent("true");
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "s");
    Files.move(worktree.path(), worktree.path().resolveSibling("away"));
    Files.createSymbolicLink(worktree.path(), outside);

    assertThatThrownBy(() -> worktrees.patch(worktree)).hasMessageContaining("a link or a file");
    assertThatThrownBy(() -> worktrees.work(worktree)).hasMessageContaining("a link or a file");
  }

  @Test
  void aConfiguredPlaceOfTheFilesLeadsNothingAway() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    agent("git config core.worktree '" + outside + "'; echo x > new");

    assertThatThrownBy(this::apply).hasMessageContaining("core.worktree");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aModeThatGitHasInItsIndexAloneIsShownAndNamed() throws Exception {
    repository.sh("git config core.fileMode false");
    agent("git update-index --chmod=+x b.txt");

    assertThat(new String(worktrees.patch(worktree).text(), StandardCharsets.UTF_8))
        .contains("new mode 100755");
    assertThat(worktrees.work(worktree).beyondPatch()).anyMatch(found -> found.contains("b.txt"));
    apply();
    assertThat(repository.top.resolve("b.txt")).isExecutable();
  }

  @Test
  void theBranchOfTheWorkIsTheAgentsOwnWhenItRenamedIt() throws Exception {
    agent("git branch -m mine; echo x > n; git add n; git commit -qm n");

    assertThat(worktrees.work(worktree).branch()).isEqualTo("mine");
  }

  @Test
  void aFileThatIsReplacedIsThereAllTheTime() throws Exception {
    repository.sh("for i in $(seq 200); do echo $i > f$i; done; git add -A; git commit -qm many");
    agent("for i in $(seq 200); do echo agent >> f$i; done");
    Path last = repository.top.resolve("f99");
    AtomicBoolean ended = new AtomicBoolean();
    CountDownLatch watching = new CountDownLatch(1);
    CompletableFuture<Boolean> missing =
        CompletableFuture.supplyAsync(() -> {
          boolean gone = false;
          while (!ended.get()) {
            gone |= !Files.exists(last);
            watching.countDown();
          }
          return gone;
        });
    assertThat(watching.await(30, TimeUnit.SECONDS)).isTrue();

    try {
      apply();
    } finally {
      ended.set(true);
    }

    assertThat(missing.get(30, TimeUnit.SECONDS)).isFalse();
    assertSame("f99");
  }

  @Test
  void whatASparseCheckoutLeavesOutIsBrought() throws Exception {
    repository.sh(
        "mkdir p q; echo 1 > p/1; echo 2 > q/2; git add -A; git commit -qm two;"
            + " git sparse-checkout set p");
    agent("mkdir -p q; echo agent > q/2; echo new > q/3");

    apply();

    assertSame("q/2");
    assertSame("q/3");
  }

  @Test
  void aHugeFileIsLeftOutOfTheTextAndBrought() throws Exception {
    agent("truncate -s 65M huge; echo new > n");
    Worktrees.Inspected inspected = worktrees.inspected(worktree);

    assertThat(inspected.patch().tooLarge()).containsExactly("huge");
    assertThat(new String(inspected.patch().text(), StandardCharsets.UTF_8))
        .contains("+new")
        .doesNotContain("huge");
    apply();
    assertSame("huge");
  }
}
