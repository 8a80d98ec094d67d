package dev.agentworkflows.coordinator.worktree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.testing.FileState;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Worktrees of real repositories, made and given back by the real git. */
@Timeout(120)
class WorktreesTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String RUN = "run_20261122_143201_4f9c1a";

  @TempDir private Path directory;

  private Repository repository;
  private Worktrees worktrees;
  private Path runDirectory;
  private int calls;

  @BeforeEach
  void begin() throws IOException {
    repository = Repository.at(directory.resolve("project"));
    runDirectory = Files.createDirectories(directory.resolve("home/runs").resolve(RUN));
    worktrees = worktrees(AllowedWorkspaces.any());
  }

  private Worktrees worktrees(AllowedWorkspaces allowed) {
    return new Worktrees(System.getenv(), allowed, directory.resolve("home"));
  }

  private Worktrees.Plan plan(Path workspace) throws Exception {
    return worktrees.plan(
        workspace, runDirectory, RUN, RUN + "_call_%04d".formatted(++calls), LIMIT);
  }

  /** A worktree that stands, as a place to do something in. */
  private Worktrees.Plan made() throws Exception {
    return made(repository.top);
  }

  private Worktrees.Plan made(Path workspace) throws Exception {
    Worktrees.Plan plan = plan(workspace);
    worktrees.make(plan, LIMIT);
    return plan;
  }

  private Repository in(Worktrees.Plan plan) {
    return repository.from(plan.worktree().path());
  }

  private void assertNothingLeft(Worktree worktree) throws Exception {
    assertThat(worktree.path()).doesNotExist();
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
    assertThat(repository.git("branch", "--list", "owf/*")).isEmpty();
    assertThat(worktrees.leavesAnything(worktree)).isFalse();
  }

  @Test
  void aHookThatFailsIsNamed() throws Exception {
    repository.sh(
        "printf '#!/bin/sh\\nexit 1\\n' > .git/hooks/post-checkout;"
            + " chmod +x .git/hooks/post-checkout");

    assertThatThrownBy(this::made).hasMessageContaining("post-checkout hook failed, perhaps");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mkfifo .git/owf.lock", "ln -s ../../made-beyond .git/owf.lock"})
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatIsInThePlaceOfTheLockIsNotOpened(String planted) throws Exception {
    Worktrees.Plan plan = made();
    repository.sh("rm .git/owf.lock; " + planted);

    assertThatThrownBy(this::made).hasMessageContaining("owf.lock is no regular file");
    assertThatThrownBy(() -> worktrees.remove(plan.worktree()))
        .hasMessageContaining("owf.lock is no regular file");
    assertThat(directory.resolve("made-beyond")).doesNotExist();
    assertThat(plan.worktree().path()).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "other/.git"})
  void nothingIsWrittenWhereARecordNamesARepositoryThatKnowsNothing(String named) throws Exception {
    Worktree worktree = made().worktree();
    Path other = Repository.at(directory.resolve("other")).top;
    Files.createDirectories(other.resolve("worktrees").resolve(worktree.callId()));
    Map<String, String> before = FileState.of(other, file -> true);

    worktrees.remove(
        new Worktree(
            worktree.callId(),
            directory.resolve(named),
            worktree.path(),
            worktree.branch(),
            worktree.base()));

    assertThat(worktree.path()).doesNotExist();
    assertThat(FileState.of(other, file -> true)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "home/runs",
        "home/runs/" + RUN,
        "home/runs/" + RUN + "/worktrees",
        "home/runs/" + RUN + "/baselines"
      })
  void aPlaceBehindALinkIsNoneOfTheHomes(String linked) throws Exception {
    Worktree worktree = made().worktree();
    Path link = directory.resolve(linked);
    assertThat(worktrees.foreign(worktree)).isEmpty();
    Path elsewhere = Files.move(link, directory.resolve("elsewhere"));
    Files.createSymbolicLink(link, elsewhere);

    assertThat(worktrees.foreign(worktree)).get().asString().contains(link + " is a link");
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aHugeFileTakesNoMoreTimeThanThereIs() throws Exception {
    Worktrees.Plan plan = made();
    in(plan).sh("truncate -s 1T disk.img");

    assertThatThrownBy(() -> worktrees.work(plan.worktree(), Duration.ofSeconds(2)))
        .hasMessageContainingAll("no time left for reading", "disk.img");
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anIndexLargerThanAnyIsNotCopied() throws Exception {
    Worktrees.Plan plan = made();
    in(plan).sh("truncate -s 1T \"$(git rev-parse --git-dir)/index\"");

    assertThatThrownBy(() -> worktrees.work(plan.worktree(), LIMIT))
        .hasMessageContaining("larger than any index");
  }

  @ParameterizedTest
  @CsvSource({
    "1000.123456789, 1000.124, false",
    "1000.123456789, 1000.150, true",
    "1000.000000000, 1000.999, false",
    "1000.000000000, 1001.000, false",
    "1000.000000000, 1002.000, false",
    "1000.000000000, 1003.000, true",
  })
  void aFileIsKnownByItsTimeWhereThatIsPreciseEnough(
      BigDecimal changed, BigDecimal now, boolean settled) {
    assertThat(
            Baseline.isSettled(
                changed.movePointRight(9).longValueExact(), now.movePointRight(9).longValueExact()))
        .isEqualTo(settled);
  }

  @Test
  void aFilterIsFoundWhateverFileTheUsersVariableNames() throws Exception {
    Path mark = directory.resolve("the filter ran");
    repository.sh(
        "git config filter.own.clean 'touch \"%s\"; cat';".formatted(mark)
            + " mkdir -p .git/info; echo '*.txt filter=own' > .git/info/attributes;"
            + " echo more >> a.txt");
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("GIT_CONFIG", "/dev/null");
    worktrees = new Worktrees(environment, AllowedWorkspaces.any(), directory.resolve("home"));

    assertThat(worktrees.uncommitted(plan(repository.top), LIMIT)).isPositive();

    assertThat(mark).doesNotExist();
  }

  @Test
  void aWorktreeStandsAtTheRecordedHeadOnItsOwnBranchBelowTheRun() throws Exception {
    String head = repository.git("rev-parse", "HEAD");

    Worktrees.Plan plan = plan(repository.top);
    repository.git("commit", "-q", "--allow-empty", "-m", "later");
    worktrees.make(plan, LIMIT);

    Worktree worktree = plan.worktree();
    assertThat(worktree.base()).isEqualTo(head);
    assertThat(worktree.path())
        .isEqualTo(runDirectory.toRealPath().resolve("worktrees").resolve(worktree.callId()));
    assertThat(worktree.branch()).isEqualTo("owf/" + RUN + "/" + worktree.callId());
    assertThat(in(plan).git("rev-parse", "HEAD")).isEqualTo(head);
    assertThat(in(plan).git("symbolic-ref", "--short", "HEAD")).isEqualTo(worktree.branch());
    assertThat(in(plan).sh("git config --get-regexp '^branch[.]' || true")).isEmpty();
    assertThat(plan.directory().resolve("a.txt")).hasContent("one\ntwo\nthree\nfour\nfive\n");
  }

  @Test
  void anUntouchedWorktreeGoesWithItsBranch() throws Exception {
    Worktrees.Plan plan = made();
    Files.writeString(plan.directory().resolve("build.log"), "ignored by git");

    assertThat(GivenBack.of(worktrees, plan.worktree()).none()).isTrue();

    assertNothingLeft(plan.worktree());
  }

  @Test
  void aWorkspaceBelowTheTopIsTheSameDirectoryInTheWorktree() throws Exception {
    Worktrees.Plan plan = made(repository.top.resolve("sub"));

    assertThat(plan.directory()).isEqualTo(plan.worktree().path().resolve("sub"));
    assertThat(plan.directory().resolve("c.txt")).hasContent("c\n");
  }

  @Test
  void aWorkspaceThatIsInNoCommitIsAnEmptyDirectory() throws Exception {
    Path workspace = Files.createDirectories(repository.top.resolve("new/place"));

    Worktrees.Plan plan = made(workspace);

    assertThat(plan.directory())
        .isEmptyDirectory()
        .isEqualTo(plan.worktree().path().resolve("new/place"));
    assertThat(GivenBack.of(worktrees, plan.worktree()).none()).isTrue();
  }

  @Test
  void aLinkedWorktreeOfTheUsersIsAWorkspaceToo() throws Exception {
    repository.git("worktree", "add", "-q", "-b", "mine", directory.resolve("mine").toString());
    Repository mine = repository.from(directory.resolve("mine").toRealPath());
    mine.sh("echo more > more.txt; git add -A; git commit -qm more");

    Worktrees.Plan plan = made(mine.top);

    assertThat(plan.directory().resolve("more.txt")).hasContent("more\n");
    assertThat(GivenBack.of(worktrees, plan.worktree()).none()).isTrue();
    assertThat(repository.git("worktree", "list").lines()).hasSize(2);
  }

  @Test
  void uncommittedChangesAreCountedAndNotTakenAlong() throws Exception {
    repository.sh("echo changed > b.txt; echo new > new.txt");

    Worktrees.Plan plan = made();

    assertThat(worktrees.uncommitted(plan, LIMIT)).isEqualTo(2);
    assertThat(plan.directory().resolve("b.txt")).hasContent("b\n");
    assertThat(plan.directory().resolve("new.txt")).doesNotExist();
  }

  @Test
  void hooksAndFiltersAndSparseCheckoutsBehaveAsInTheUsersOwn() throws Exception {
    repository.sh(
        """
        printf '#!/bin/sh\\necho "$PWD" > "$(git rev-parse --git-common-dir)/hooked"\\n' > .git/hooks/post-checkout
        chmod +x .git/hooks/post-checkout
        git config filter.shout.smudge 'tr a-z A-Z'
        git config filter.shout.clean 'tr A-Z a-z'
        echo 'loud.txt filter=shout' > .gitattributes
        echo quiet > loud.txt
        git add -A; git commit -qm filtered
        git sparse-checkout set --no-cone '/*' '!/sub'
        """);

    Worktrees.Plan plan = made();

    assertThat(repository.top.resolve(".git/hooked")).hasContent(plan.worktree().path() + "\n");
    assertThat(plan.directory().resolve("loud.txt")).hasContent("QUIET\n");
    assertThat(plan.directory().resolve("sub")).doesNotExist();
    assertThat(GivenBack.of(worktrees, plan.worktree()).none()).isTrue();
  }

  /** What git itself counts as a change: bytes, index, HEAD, stash, refs. */
  private String userState() {
    return repository.sh(
        """
        git rev-parse HEAD; git symbolic-ref HEAD; git stash list
        git for-each-ref --format='%(refname) %(objectname)' | grep -v refs/heads/owf/ || true
        sha256sum .git/index .git/HEAD .git/config
        find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
        find . -path ./.git -prune -o -printf '%p %m %T@\\n' | sort
        """);
  }

  @Test
  void theUsersCheckoutIsByteForByteWhatItWas() throws Exception {
    repository.sh(
        "echo staged > a.txt; git add a.txt; echo unstaged > b.txt; echo new > c; git stash; echo x > b.txt");
    String before = userState();

    Worktrees.Plan empty = made();
    GivenBack.of(worktrees, empty.worktree());
    Worktrees.Plan edited = made();
    in(edited).sh("echo y > b.txt; git add -A; git commit -qm agent; rm a.txt");
    GivenBack.of(worktrees, edited.worktree());
    worktrees.patch(edited.worktree());
    worktrees.remove(edited.worktree());

    assertThat(userState()).isEqualTo(before);
  }

  @Test
  void aLookAtTheCheckoutDoesNotEvenRefreshItsIndex() throws Exception {
    repository.sh("touch -d '2001-01-01' a.txt; touch b.txt");
    String before = repository.sh("sha256sum .git/index; stat -c %Y .git/index");
    Worktrees.Plan plan = plan(repository.top);

    assertThat(worktrees.uncommitted(plan, LIMIT)).isZero();

    assertThat(repository.sh("sha256sum .git/index; stat -c %Y .git/index")).isEqualTo(before);
  }

  @Test
  void fortyEightAtOnceAllSucceed() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(48);
    List<Worktrees.Plan> plans = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      plans.add(plan(repository.top));
    }
    List<Future<?>> all = new ArrayList<>();
    for (Worktrees.Plan plan : plans) {
      all.add(
          threads.submit(() -> {
            worktrees.make(plan, LIMIT);
            assertThat(GivenBack.of(worktrees, plan.worktree()).none()).isTrue();
            return null;
          }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();

    assertNothingLeft(plans.get(0).worktree());
  }

  private void assertNoWorktree() {
    String[] names = runDirectory.resolve("worktrees").toFile().list();
    assertThat(names == null ? List.of() : List.of(names)).isSubsetOf(Worktrees.STOP);
  }

  // Each refusal: the cause, the cure, and nothing left.

  private void assertRefused(Path workspace, String... words) {
    assertThatThrownBy(() -> made(workspace))
        .isInstanceOf(GitException.class)
        .satisfies(refused -> assertThat(refused.getMessage()).contains(words));
    assertNoWorktree();
  }

  @Test
  void withoutARepositoryThereIsNone() throws IOException {
    Path plain = Files.createDirectories(directory.resolve("notes"));

    assertRefused(
        plain, plain + " is not inside a git repository", "git init", "name another workspace");
  }

  @Test
  void withoutACommitThereIsNone() throws IOException {
    Path young = Repository.empty(directory.resolve("young")).top;

    assertRefused(young, "has no commit yet", "Make a first commit");
  }

  @Test
  void withoutTheWorkspaceThereIsNone() {
    assertRefused(directory.resolve("gone"), "is not there any more", "Name another");
  }

  @Test
  void insideAGitDirectoryThereIsNone() {
    assertRefused(repository.top.resolve(".git"), "inside a git directory", "Name a workspace");
  }

  @Test
  void inABareRepositoryThereIsNone() {
    repository.git("clone", "-q", "--bare", ".", directory.resolve("bare.git").toString());

    assertRefused(directory.resolve("bare.git"), "inside a git directory", "Name a workspace");
  }

  @Test
  void aWorkspaceThatIsNotAllowedIsRefused() throws Exception {
    worktrees =
        worktrees(AllowedWorkspaces.only(Map.of("sub", repository.top.resolve("sub")), directory));

    assertRefused(repository.top, "may not use the workspace", "operator");
    assertThat(made(repository.top.resolve("sub")).directory()).isDirectory();
  }

  @Test
  void aLinkOutOfAnAllowedWorkspaceIsRefused() throws Exception {
    Path allowed = Files.createDirectories(directory.resolve("allowed"));
    Files.createSymbolicLink(allowed.resolve("out"), repository.top);
    worktrees = worktrees(AllowedWorkspaces.only(Map.of("it", allowed), directory));

    assertRefused(allowed.resolve("out"), "may not use the workspace");
    assertRefused(allowed.resolve("../project"), "may not use the workspace");
  }

  @Test
  void aPathThatIsTakenIsRefusedAndLeftAlone() throws Exception {
    Worktrees.Plan plan = plan(repository.top);
    Files.createDirectories(plan.worktree().path());
    Files.writeString(plan.worktree().path().resolve("precious"), "mine");

    assertThatThrownBy(() -> worktrees.make(plan, LIMIT))
        .hasMessageContaining("is there already")
        .hasMessageContaining("or run gc");
    assertThat(plan.worktree().path().resolve("precious")).hasContent("mine");
    assertThat(repository.git("branch", "--list", "owf/*")).isEmpty();
  }

  @Test
  void aBranchThatIsTakenIsRefusedAndLeftAlone() throws Exception {
    Worktrees.Plan plan = plan(repository.top);
    repository.git("branch", plan.worktree().branch());

    assertThatThrownBy(() -> worktrees.make(plan, LIMIT))
        .hasMessageContaining(plan.worktree().branch() + " is there already");
    assertThat(plan.worktree().path()).doesNotExist();
    assertThat(repository.git("branch", "--list", "owf/*")).contains(plan.worktree().branch());
  }

  @Test
  void aBranchInTheWayOfAllOthersIsNamed() throws Exception {
    repository.git("branch", "owf");

    assertRefused(repository.top, "cannot lock ref", "rename it");
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {".git/worktrees", ".git/refs/heads/owf"})
  void aGitDirectoryThatCannotBeWrittenIsRefused(String blocked) throws Exception {
    // A file where git needs a directory stands for missing rights, which a superuser has always.
    Files.writeString(repository.top.resolve(blocked), "in the way");

    assertThatThrownBy(this::made).isInstanceOf(GitException.class);

    Files.delete(repository.top.resolve(blocked));
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
    assertThat(repository.git("branch", "--list", "owf/*")).isEmpty();
    assertNoWorktree();
  }

  @Test
  void aRepositoryThatVanishesInBetweenIsRefused() throws Exception {
    Worktrees.Plan plan = plan(repository.top);
    repository.from(directory).sh("mv project elsewhere");

    assertThatThrownBy(() -> worktrees.make(plan, LIMIT)).isInstanceOf(GitException.class);
    assertThat(plan.worktree().path()).doesNotExist();
  }

  @Test
  void aHookThatFailsFailsTheCallAndLeavesNothing() throws Exception {
    repository.sh(
        "printf '#!/bin/sh\\necho no >&2; exit 3\\n' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout");

    assertRefused(repository.top, "`git worktree add` failed");
    assertThat(repository.git("branch", "--list", "owf/*")).isEmpty();
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  void aGitThatHangsIsEndedWithTheCallsTime() throws Exception {
    repository.sh(
        "printf '#!/bin/sh\\nsleep 600\\n' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout");
    Worktrees.Plan plan = plan(repository.top);

    assertThatThrownBy(() -> worktrees.make(plan, Duration.ofMillis(500)))
        .hasMessageContaining("did not end within");
    assertNothingLeft(plan.worktree());
  }

  @Test
  void aCoordinatorThatIsAtWorkInTheRepositoryIsWaitedForInTimeOnly() throws Exception {
    Worktrees.Plan plan = plan(repository.top);
    Path held = directory.resolve("held");
    Process other =
        new ProcessBuilder(
                "python3",
                "-c",
                "import fcntl, sys, time; f = open(sys.argv[1], 'a'); fcntl.lockf(f, fcntl.LOCK_EX);"
                    + " open(sys.argv[2], 'w').close(); time.sleep(100)",
                repository.top.resolve(".git/owf.lock").toString(),
                held.toString())
            .start();
    try {
      while (!Files.exists(held)) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(() -> worktrees.make(plan, Duration.ofMillis(300)))
          .hasMessageContaining("another coordinator has been at work");
    } finally {
      other.destroyForcibly().waitFor();
    }
    worktrees.make(plan, LIMIT);
    assertThat(plan.directory()).isDirectory();
  }

  @Test
  void anInterruptionEndsTheMakingAndLeavesNothing() throws Exception {
    repository.sh(
        "printf '#!/bin/sh\\ntouch .git/../../hooked; sleep 600\\n' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout");
    Worktrees.Plan plan = plan(repository.top);
    Thread making = Thread.currentThread();
    Thread interrupter =
        new Thread(() -> {
          while (plan.worktree().gitDirectory().isEmpty()) {
            Thread.onSpinWait();
          }
          making.interrupt();
        });
    interrupter.start();

    assertThatThrownBy(() -> worktrees.make(plan, LIMIT)).isInstanceOf(InterruptedException.class);
    interrupter.join();
    assertNothingLeft(plan.worktree());
  }

  @Test
  void variablesThatPointGitElsewhereHaveNoPower() throws Exception {
    Repository other = Repository.at(directory.resolve("other"));
    worktrees =
        new Worktrees(
            Map.of(
                "PATH", System.getenv("PATH"),
                "GIT_DIR", other.top.resolve(".git").toString(),
                "GIT_WORK_TREE", other.top.toString(),
                "GIT_INDEX_FILE", other.top.resolve(".git/index").toString()),
            AllowedWorkspaces.any(),
            directory.resolve("home"));

    Worktrees.Plan plan = made();

    assertThat(plan.checkoutTop()).isEqualTo(repository.top);
    assertThat(other.git("worktree", "list").lines()).hasSize(1);
  }

  // What a killed making leaves, at whatever point, is taken away.

  @ParameterizedTest
  @CsvSource({
    "the branch alone, git branch BRANCH",
    "a directory alone, mkdir -p PATH && echo half > PATH/half",
    "git's directory without a pointer, mkdir -p .git/worktrees/CALL && touch .git/worktrees/CALL/locked",
    "git's directory and no files, git worktree add -q --no-checkout -b BRANCH PATH && rm -r PATH",
    "all of it, git worktree add -q -b BRANCH PATH",
    "a removal half done, git worktree add -q -b BRANCH PATH && mv PATH PATH.leaving && rm PATH.leaving/a.txt",
    "a lock of the index, git worktree add -q -b BRANCH PATH && touch .git/worktrees/CALL/index.lock"
  })
  void whatAKilledMakingLeavesCanBeRemoved(String left, String script) throws Exception {
    Worktree worktree = plan(repository.top).worktree();
    repository.sh(
        script
            .replace("BRANCH", worktree.branch())
            .replace("PATH", worktree.path().toString())
            .replace("CALL", worktree.callId()));
    assertThat(worktrees.leavesAnything(worktree) || left.contains("pointer")).isTrue();

    worktrees.remove(worktree);

    assertNothingLeft(worktree);
    assertThat(repository.top.resolve(".git/worktrees").resolve(worktree.callId())).doesNotExist();
  }

  @Test
  void aUsersOwnWorktreeOnADiskThatIsAwayIsNotForgotten() throws Exception {
    repository.git("worktree", "add", "-q", "-b", "mine", directory.resolve("usb").toString());
    repository.from(directory).sh("mv usb away");
    Worktrees.Plan plan = made();

    GivenBack.of(worktrees, plan.worktree());

    repository.from(directory).sh("mv away usb");
    assertThat(repository.git("worktree", "list")).contains("[mine]");
  }

  @Test
  void directoriesThatMayNotBeEnteredAreRemovedAllTheSame() throws Exception {
    Worktrees.Plan plan = made();
    Path locked = Files.createDirectories(plan.directory().resolve("ignored/locked"));
    Files.writeString(locked.resolve("file"), "x");
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));

    GivenBack.of(worktrees, plan.worktree());

    assertNothingLeft(plan.worktree());
  }

  // .worktreeinclude

  @Test
  void ignoredFilesThatTheListNamesAreCopied() throws Exception {
    repository.sh(
        """
        printf '.env\\nignored/keep/\\nother.*\\n!other.not\\nb.txt\\nuntracked.txt\\n' > .worktreeinclude
        git add .worktreeinclude; git commit -qm list
        echo secret > .env; chmod 600 .env
        mkdir -p ignored/keep ignored/other
        echo k > ignored/keep/k; echo o > ignored/other/o; echo y > ignored/other.yes; echo n > ignored/other.not
        echo changed > b.txt; echo u > untracked.txt
        """);

    Worktrees.Plan plan = made();

    assertThat(plan.directory().resolve(".env")).hasContent("secret\n");
    assertThat(Files.getPosixFilePermissions(plan.directory().resolve(".env")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(plan.directory().resolve("ignored/keep/k")).hasContent("k\n");
    assertThat(plan.directory().resolve("ignored/other.yes")).hasContent("y\n");
    assertThat(plan.directory().resolve("ignored/other.not")).doesNotExist();
    assertThat(plan.directory().resolve("ignored/other")).doesNotExist();
    assertThat(plan.directory().resolve("b.txt")).as("a tracked file").hasContent("b\n");
    assertThat(plan.directory().resolve("untracked.txt")).doesNotExist();
    assertThat(GivenBack.of(worktrees, plan.worktree()).none()).isTrue();
  }

  @Test
  void aLinkIsCopiedAsWhatItLeadsTo() throws Exception {
    Path real = Files.writeString(directory.resolve("real.env"), "KEY=1\n");
    Files.createSymbolicLink(repository.top.resolve(".env"), real);
    Files.writeString(repository.top.resolve(".worktreeinclude"), ".env\n");

    Worktrees.Plan plan = made();
    Files.writeString(plan.directory().resolve(".env"), "KEY=2\n");

    assertThat(real).hasContent("KEY=1\n");
  }

  @Test
  void aPipeThatTheListNamesIsRefused() throws Exception {
    repository.sh("mkfifo pipe.log; ln -s pipe.log some.log; echo '*.log' > .worktreeinclude");

    assertThatThrownBy(this::made).hasMessageContaining("some.log").hasMessageContaining("regular");
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  void whatGitIgnoresHereButNotInTheCommitIsNotCopied() throws Exception {
    repository.sh("echo '*.key' >> .gitignore; echo k > my.key; echo '*.key' > .worktreeinclude");

    Worktrees.Plan plan = made();

    assertThat(plan.directory().resolve("my.key")).doesNotExist();
  }

  @Test
  void nothingOfTheHomeIsCopied() throws Exception {
    Path home = Files.createDirectories(repository.top.resolve(".workflows"));
    Files.writeString(home.resolve(".gitignore"), "*\n");
    Files.writeString(home.resolve("workflow.sqlite"), "prompts");
    Files.writeString(repository.top.resolve(".worktreeinclude"), "*\n");
    Files.writeString(repository.top.resolve(".env"), "e");
    repository.sh("echo '.workflows/' >> .gitignore; git add .gitignore; git commit -qm ignore");
    worktrees = new Worktrees(System.getenv(), AllowedWorkspaces.any(), home);

    Worktrees.Plan plan = made();

    assertThat(plan.directory().resolve(".env")).exists();
    assertThat(plan.directory().resolve(".workflows")).doesNotExist();
  }

  @Test
  void aLinkThatLeadsOutIsNotFollowed() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    repository.sh(
        "git rm -q -r sub; ln -s "
            + outside
            + " sub; git add -A; git commit -qm link;"
            + " rm sub; mkdir sub; echo '*' > .worktreeinclude; echo x > sub/x.log");

    assertThatThrownBy(this::made).hasMessageContaining("sub is a symbolic link");
    assertThat(outside).isEmptyDirectory();
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rm config; mkfifo config",
        "mkfifo more; git config include.path more",
        "mkfifo more; printf '[include]\\n\\tpath = \\\\\\n more\\n' >> config",
        "rm -f info/exclude; mkfifo info/exclude",
        "mkfifo info/attributes",
        "mkfifo packed-refs",
        "mkfifo refs/heads/other",
        "rm HEAD; mkfifo HEAD",
        "mkdir -p worktrees/x; mkfifo worktrees/x/HEAD"
      })
  void pipesInTheRepositoryAreFoundBeforeGitIsStarted(String planted) {
    repository.sh("cd .git; " + planted);
    long start = System.nanoTime();

    assertThatThrownBy(this::made).hasMessageContaining("is no regular file");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.dividedBy(4));
  }
}
