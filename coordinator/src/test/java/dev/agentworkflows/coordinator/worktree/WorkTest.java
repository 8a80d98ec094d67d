package dev.agentworkflows.coordinator.worktree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as work: each way in which an agent may leave something in its worktree. */
@Timeout(60)
class WorkTest {

  private static final String RUN = "run_20261122_143201_4f9c1a";

  @TempDir private Path directory;

  private Repository repository;
  private Worktrees worktrees;
  private Worktree worktree;
  private Repository agent;

  @BeforeEach
  void begin() throws Exception {
    repository = Repository.at(directory.resolve("project"));
    worktrees = new Worktrees(System.getenv(), AllowedWorkspaces.any(), directory.resolve("home"));
    make();
  }

  private void make() throws Exception {
    Path runDirectory = Files.createDirectories(directory.resolve("home/runs").resolve(RUN));
    Worktrees.Plan plan =
        worktrees.plan(
            repository.top, runDirectory, RUN, RUN + "_call_0001", Duration.ofSeconds(60));
    worktrees.make(plan, Duration.ofSeconds(30));
    worktree = plan.worktree();
    agent = repository.from(worktree.path());
  }

  private Work work(String... lines) throws Exception {
    agent.sh(String.join("\n", lines));
    Work work = GivenBack.of(worktrees, worktree);
    assertThat(Files.exists(worktree.path())).as("kept").isEqualTo(!work.none());
    return work;
  }

  static Stream<Arguments> edits() {
    return Stream.of(
        Arguments.of("untracked", "echo x > new.txt", List.of("new.txt"), "1 changed file"),
        Arguments.of(
            "untracked, two deep",
            "mkdir -p d/e; echo x > d/e/f",
            List.of("d/e/f"),
            "1 changed file"),
        Arguments.of("an empty file", "touch empty", List.of("empty"), "1 changed file"),
        Arguments.of("modified", "echo x >> a.txt", List.of("a.txt"), "1 changed file"),
        Arguments.of(
            "staged", "echo x >> a.txt; git add a.txt", List.of("a.txt"), "1 changed file"),
        Arguments.of("deleted", "rm b.txt", List.of("b.txt"), "1 changed file"),
        Arguments.of("deleted and staged", "git rm -q b.txt", List.of("b.txt"), "1 changed file"),
        Arguments.of("renamed", "mv a.txt z.txt", List.of("z.txt"), "1 changed file"),
        Arguments.of(
            "renamed and staged", "git mv a.txt z.txt", List.of("z.txt"), "1 changed file"),
        Arguments.of(
            "renamed and committed",
            "git mv a.txt z.txt; git commit -qm r",
            List.of("z.txt"),
            "1 changed file, 1 commit"),
        Arguments.of("mode", "chmod +x b.txt", List.of("b.txt"), "1 changed file"),
        Arguments.of("file to link", "ln -sf a.txt b.txt", List.of("b.txt"), "1 changed file"),
        Arguments.of(
            "binary", "printf '\\0\\1' > image.bin", List.of("image.bin"), "1 changed file"),
        Arguments.of(
            "committed",
            "echo x > n; git add n; git commit -qm n",
            List.of("n"),
            "1 changed file, 1 commit"),
        Arguments.of(
            "committed and more",
            "echo x > n; git add n; git commit -qm n; echo y > b.txt; echo z > o",
            List.of("b.txt", "n", "o"),
            "3 changed files, 1 commit"),
        Arguments.of("an empty commit", "git commit -q --allow-empty -m e", List.of(), "1 commit"),
        Arguments.of(
            "staged and gone",
            "echo x > n; git add n; rm n",
            List.of("n"),
            "1 file staged or committed, and changed back"),
        Arguments.of(
            "committed and changed back",
            "echo x > b.txt; git commit -qam x; echo b > b.txt",
            List.of("b.txt"),
            "1 commit, 1 file staged or committed, and changed back"),
        Arguments.of(
            "no longer tracked and ignored",
            "git rm -q --cached b.txt; echo b.txt >> .gitignore",
            List.of(".gitignore", "b.txt"),
            "1 changed file, 1 file staged or committed, and changed back"),
        Arguments.of(
            "taken for unchanged",
            "git update-index --assume-unchanged b.txt; echo x > b.txt",
            List.of("b.txt"),
            "1 changed file"),
        Arguments.of(
            "skipped",
            "git update-index --skip-worktree b.txt; echo x > b.txt",
            List.of("b.txt"),
            "1 changed file"),
        Arguments.of(
            "untracked, where status is told to hide it",
            "git config status.showUntrackedFiles no; echo x > new.txt",
            List.of("new.txt"),
            "1 changed file"),
        Arguments.of(
            "on another branch that it made",
            "git checkout -q -b other; echo x > n; git add n; git commit -qm n; git checkout -q -",
            List.of(),
            "1 commit on other branches"),
        Arguments.of(
            "on another branch, and still there",
            "git checkout -q -b other; echo x > n; git add n; git commit -qm n",
            List.of("n"),
            "1 changed file, 1 commit"),
        Arguments.of(
            "on its own branch, and left",
            "echo x > n; git add n; git commit -qm n; git checkout -q -b other HEAD~1",
            List.of(),
            "1 commit on owf/" + RUN + "/" + RUN + "_call_0001"),
        Arguments.of("a detached HEAD", "git checkout -q --detach", List.of(), "a detached HEAD"),
        Arguments.of(
            "committed on a detached HEAD",
            "git checkout -q --detach; echo x > n; git add n; git commit -qm n",
            List.of("n"),
            "1 changed file, 1 commit, a detached HEAD"),
        Arguments.of(
            "committed on a detached HEAD, and left",
            "git checkout -q --detach; echo x > n; git add n; git commit -qm n; git checkout -q -",
            List.of(),
            "1 commit that no branch holds"),
        Arguments.of(
            "a commit whose subject reads like git's own log",
            "git checkout -q --detach; git commit -q --allow-empty -m 'Write it (start): Fast-forward'; git checkout -q -",
            List.of(),
            "1 commit that no branch holds"),
        Arguments.of(
            "ignored, and staged all the same",
            "mkdir ignored; echo x > ignored/f; git add -f ignored/f; echo y > ignored/g",
            List.of("ignored/f"),
            "1 changed file"),
        Arguments.of(
            "ignored, and committed all the same",
            "mkdir ignored; git mv sub/c.txt ignored/c; git add -f ignored; git commit -qm c",
            List.of("ignored/c"),
            "1 changed file, 1 commit"),
        Arguments.of(
            "staged, overlooked and edited",
            "echo x > n; git add n; git update-index --skip-worktree n; echo y > n; mkdir -p d; echo z > d/n",
            List.of("d/n", "n"),
            "2 changed files"),
        Arguments.of("stashed", "echo x > b.txt; git stash -q", List.of(), "a stash"),
        Arguments.of(
            "an orphan branch",
            "git checkout -q --orphan fresh; git rm -rfq .",
            List.of(".gitignore", "a.txt", "b.txt", "image.bin", "run.sh", "sub/c.txt"),
            "6 changed files, a branch without a commit"),
        Arguments.of(
            "an amended commit",
            "echo x > n; git add n; git commit -qm n; echo y > n; git commit -q --amend -am n2",
            List.of("n"),
            "1 changed file, 1 commit"),
        Arguments.of(
            "a commit that was reset away before another",
            "echo x > n; git add n; git commit -qm n; git reset -q --hard HEAD~1;"
                + " echo y > m; git add m; git commit -qm m",
            List.of("m"),
            "1 changed file, 1 commit, 1 commit that no branch holds, with n"),
        Arguments.of(
            "commits that were rebased",
            "echo x > n; git add n; git commit -qm n; echo y > m; git add m; git commit -qm m;"
                + " git reset -q --soft HEAD~2; git commit -qm both",
            List.of("m", "n"),
            "2 changed files, 1 commit"),
        Arguments.of(
            "a repository inside",
            "git init -q inner; cd inner; echo x > x; git add x; git -c user.name=a -c user.email=b commit -qm x",
            List.of("inner"),
            "1 changed file, a repository in inner"),
        Arguments.of(
            "a repository without a commit inside",
            "git init -q inner",
            List.of("inner"),
            "1 changed file, a repository in inner"),
        Arguments.of(
            "its index removed",
            "rm $(git rev-parse --git-dir)/index",
            List.of(".gitignore", "a.txt", "b.txt", "image.bin", "run.sh", "sub/c.txt"),
            "6 files staged or committed, and changed back"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("edits")
  void itKeepsTheWorktree(String what, String script, List<String> files, String summary)
      throws Exception {
    Work work = work(script);

    assertThat(work.summary()).isEqualTo(summary);
    assertThat(work.changedFiles()).isEqualTo(files);
    assertThat(repository.git("branch", "--list", "owf/*", "other")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rebase", "merge", "cherry-pick", "revert"})
  void anOperationHalfDoneKeepsIt(String operation) throws Exception {
    String start =
        switch (operation) {
          case "revert" -> "git checkout -q side; git revert --no-edit HEAD~1";
          default -> "echo ours > b.txt; git commit -qam ours; git " + operation + " side";
        };

    Work work =
        work(
            "git checkout -q -b side; echo mid > b.txt; git commit -qam mid",
            "echo theirs > b.txt; git commit -qam theirs; git checkout -q -",
            start + " || true");

    assertThat(work.summary()).contains("a " + operation + " half done");
    assertThat(work.beyondPatch()).anyMatch(finding -> finding.endsWith("half done"));
    assertThat(work.changedFiles()).contains("b.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ignored/inside", "../beside"})
  void aWorktreeOfItsOwnKeepsIt(String place) throws Exception {
    Work work = work("git worktree add -q -b its-own " + place, "echo x > " + place + "/n");

    assertThat(work.beyondPatch())
        .singleElement()
        .asString()
        .startsWith("a worktree of its own at ");
  }

  @Test
  void aWorktreeThatAnotherCallMovedKeepsNoneButItsOwn() throws Exception {
    Path runDirectory = directory.toRealPath().resolve("home/runs").resolve(RUN);
    Worktrees.Plan other =
        worktrees.plan(
            repository.top, runDirectory, RUN, RUN + "_call_0002", Duration.ofSeconds(60));
    worktrees.make(other, Duration.ofSeconds(30));
    repository.from(other.worktree().path()).sh("git worktree move . ../moved");

    assertThat(work("true").none()).isTrue();
    assertThat(other.worktree().movedTo()).isPresent();
  }

  @Test
  void whereTheDirectoryIsGoneItsCommitsAreStillFound() throws Exception {
    agent.sh("git checkout -q --detach; echo x > n; git add n; git commit -qm n");
    repository.sh("rm -r '" + worktree.path() + "'");

    assertThat(worktrees.work(worktree).summary())
        .startsWith("1 commit, a detached HEAD, the directory " + worktree.path());
  }

  @ParameterizedTest
  @CsvSource({
    "git update-ref refs/worktree/kept COMMIT, refs/worktree/kept among the refs",
    "git update-ref refs/bisect/kept COMMIT, refs/bisect/kept among the refs",
    "git update-ref KEPT_HEAD COMMIT, KEPT_HEAD in git's directory",
    "git update-ref MERGE_AUTOSTASH COMMIT, a stash of a merge",
    "echo x > $(git rev-parse --git-dir)/my-notes, my-notes in git's directory",
    "mkdir -p $(git rev-parse --git-dir)/NOTES_MERGE_WORKTREE, a merge of notes",
    "git worktree lock ., a lock (git worktree lock)",
  })
  void whatWouldGoWithGitsDirectoryKeepsIt(String command, String finding) throws Exception {
    Work work = work(command.replace("COMMIT", "$(git commit-tree -m kept HEAD^{tree})"));

    assertThat(work.beyondPatch()).singleElement().asString().contains(finding);
  }

  @Test
  void aNoteInThePlaceOfGitsFileKeepsIt() throws Exception {
    Work work = work("echo 'notes of an hour' > .git");

    assertThat(work.changedFiles()).containsExactly(".git");
    assertThat(work.beyondPatch()).singleElement().asString().startsWith(".git (");
  }

  @Test
  void aBisectionKeepsIt() throws Exception {
    assertThat(work("git bisect start -q HEAD").summary()).contains("a bisection half done");
  }

  // None of these is work, and none may keep a worktree.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "git status; git log; git diff",
        "echo x > b.txt; git checkout -q b.txt",
        "echo x > b.txt; git add b.txt; git reset -q --hard",
        "echo x > new; git add new; git rm -q --cached new; rm new",
        "touch a.txt b.txt",
        "echo x > some.log; mkdir ignored; echo x > ignored/x",
        "mkdir -p empty/directories",
        "git checkout -q -b other; git checkout -q -",
        "git checkout -q -b other",
        "git checkout -q --detach; git checkout -q -",
        "git tag mine",
        "git update-index --assume-unchanged b.txt",
        "git branch --set-upstream-to=main",
        "mv a.txt z; mv z a.txt",
        "chmod +x b.txt; chmod -x b.txt"
      })
  void nothingOfItIsWork(String script) throws Exception {
    Work work = work(script);

    assertThat(work.summary()).isEmpty();
    assertThat(repository.git("branch", "--list", "owf/*")).isEmpty();
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
    assertThat(repository.git("config", "--list", "--local")).doesNotContain("branch.owf");
  }

  @Test
  void anExistingBranchThatItLookedAtIsNoWork() throws Exception {
    worktrees.remove(worktree);
    repository.sh(
        "git checkout -q -b users; echo x > n; git add n; git commit -qm n; git checkout -q main");
    make();

    assertThat(work("git checkout -q users", "git checkout -q -").none()).isTrue();
    assertThat(repository.git("branch", "--list", "users")).isNotEmpty();
  }

  @Test
  void stashesAndBranchesThatWereThereBeforeAreNotItsOwn() throws Exception {
    worktrees.remove(worktree);
    repository.sh(
        "echo x > b.txt; git stash -q; git checkout -q -b users; git commit -q --allow-empty -m x");
    make();

    assertThat(work("true").none()).isTrue();
    assertThat(repository.git("stash", "list")).isNotEmpty();
  }

  // Submodules.

  private void withSubmodule() throws Exception {
    worktrees.remove(worktree);
    Repository library = Repository.at(directory.resolve("library"));
    repository.git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        library.top.toString(),
        "lib");
    repository.git("commit", "-qm", "submodule");
    make();
  }

  private static final String INIT =
      "git -c protocol.file.allow=always submodule --quiet update --init";

  @Test
  void aSubmoduleThatIsOnlyFetchedIsNoWork() throws Exception {
    withSubmodule();

    assertThat(work(INIT).none()).isTrue();
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo x > n; git add n; git commit -qm n",
        "echo x > n",
        "echo x > a.txt",
        "git checkout -q -b b; git commit -q --allow-empty -m n; git checkout -q --detach HEAD~1",
        "git commit -q --allow-empty -m n; git checkout -q --detach HEAD~1",
        "echo x > a.txt; git stash -q"
      })
  void workInASubmoduleKeepsTheWorktree(String script) throws Exception {
    withSubmodule();

    Work work = work(INIT, "cd lib", script);

    assertThat(work.beyondPatch()).anyMatch(finding -> finding.contains("submodule"));
  }

  @Test
  void commitsOfASubmoduleAreFoundWhereItsPlaceIsGone() throws Exception {
    withSubmodule();

    Work work =
        work(INIT, "cd lib", "echo x > n; git add n; git commit -qm n", "cd ..; rm -rf lib");

    assertThat(work.beyondPatch()).contains("1 commit in the submodule lib");
  }

  // Names.

  static final List<String> NAMES =
      List.of(
          " leading blank",
          "trailing blank ",
          "-dash",
          "--exec=x",
          "two  blanks",
          "quo\"te",
          "apo'strophe",
          "back\\slash",
          "tab\there",
          "new\nline",
          "carriage\rreturn",
          "bell\u0007",
          "\u00fcml\u00e4ut \u20ac \ud83d\ude00",
          "e\u0301 decomposed",
          ":(top)colon",
          "*star?[x]",
          "#hash",
          "!bang",
          "%41",
          "~tilde",
          "$HOME");

  @Test
  void fileNamesAreAsTheFileSystemHasThem() throws Exception {
    for (String name : NAMES) {
      Files.writeString(worktree.path().resolve(name), "x");
      Files.createDirectories(worktree.path().resolve("d " + name));
      Files.writeString(worktree.path().resolve("d " + name).resolve(name), "y");
    }
    List<String> expected =
        Stream.concat(NAMES.stream(), NAMES.stream().map(name -> "d " + name + "/" + name))
            .sorted()
            .toList();

    assertThat(worktrees.work(worktree).changedFiles()).isEqualTo(expected);
    agent.sh("git add -A");
    assertThat(worktrees.work(worktree).changedFiles()).isEqualTo(expected);
    agent.sh("git commit -qm names");
    assertThat(worktrees.work(worktree).changedFiles()).isEqualTo(expected);
  }

  @Test
  void aNameThatIsNotUtf8IsKeptApartByte() throws Exception {
    agent.sh("printf x > \"$(printf 'caf\\351')\"; printf x > \"$(printf '\\377\\376')\"");

    Work work = worktrees.work(worktree);

    assertThat(work.changedFiles()).containsExactly("caf\udce9", "\udcff\udcfe");
    assertThat(FileNames.join(work.changedFiles()))
        .isEqualTo("caf\u00e9\0\u00ff\u00fe\0".getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aRenameToAnOddNameListsTheNewOne() throws Exception {
    Files.move(worktree.path().resolve("a.txt"), worktree.path().resolve("a \"new\"\tname"));

    assertThat(worktrees.work(worktree).changedFiles()).containsExactly("a \"new\"\tname");
  }

  // Damage: what can't be told is kept.

  @Test
  void aWorktreeWhoseLinkIsGoneIsStillLookedThroughAndNothingElseIs() throws Exception {
    Files.delete(worktree.path().resolve(".git"));
    Files.writeString(worktree.path().resolve("b.txt"), "edited\n");

    assertThat(worktrees.work(worktree).changedFiles()).containsExactly("b.txt");
    assertThat(repository.git("status", "--porcelain")).isEmpty();
  }

  @Test
  void aLinkIntoTheUsersRepositoryIsNotFollowed() throws Exception {
    Files.writeString(worktree.path().resolve(".git"), "gitdir: " + repository.top.resolve(".git"));

    assertThat(GivenBack.of(worktrees, worktree).changedFiles()).containsExactly(".git");
    assertThat(repository.git("status", "--porcelain")).isEmpty();
    assertThat(repository.git("rev-parse", "--abbrev-ref", "HEAD")).isEqualTo("main");
  }

  @Test
  void whatASparseCheckoutLeavesOutIsNoDeletion() throws Exception {
    agent.sh("mkdir d; echo x > d/f; git add d; git commit -qm d; git sparse-checkout set d");

    assertThat(worktrees.patch(worktree).files()).containsExactly("d/f");
    assertThat(worktrees.work(worktree).findings())
        .anyMatch(finding -> finding.endsWith("(left out by a sparse checkout)"));
  }

  @Test
  void anIndexThatIsALinkIsNotReadAndNotTakenForAnEmptyOne() throws Exception {
    Work work =
        work(
            "echo x > b.txt; git add b.txt; g=$(git rev-parse --git-dir)",
            "mv $g/index ../index-of-mine; ln -s $PWD/../index-of-mine $g/index");

    assertThat(work.changedFiles()).containsExactly("b.txt");
    assertThat(work.findings())
        .containsExactly(
            "1 changed file", "git's index is no regular file: what is staged can't be told");
  }

  @Test
  void aCommitThatIsNotThereAnyMoreIsNotPassedOver() throws Exception {
    Work work =
        work(
            "git commit -q --allow-empty -m one; lost=$(git rev-parse HEAD)",
            "git reset -q --hard HEAD~1",
            "rm -f $(git rev-parse --git-common-dir)/objects/$(echo $lost | cut -c1-2)/$(echo $lost | cut -c3-)");

    assertThat(work.findings())
        .containsExactly("1 commit that the repository has not, or not any more");
  }

  @Test
  void whatCannotBeToldHidesNothingElse() throws Exception {
    Work work =
        work(
            "echo x > n; git add n; git commit -qm one; lost=$(git rev-parse HEAD)",
            "echo y > m; git add m; git commit -qm two",
            "rm -f $(git rev-parse --git-common-dir)/objects/$(echo $lost | cut -c1-2)/$(echo $lost | cut -c3-)",
            "git rev-parse --verify HEAD^{tree} > /dev/null");

    assertThat(work.changedFiles()).containsExactly("m", "n");
    assertThat(work.findings())
        .contains("2 changed files")
        .anyMatch(finding -> finding.startsWith("it can't be told which commits were made: "));
  }

  @Test
  void aWorktreeThatItsRepositoryForgotIsNotRemoved() throws IOException {
    agent.sh("echo x > n");
    repository.sh("rm -r .git/worktrees");

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> GivenBack.of(worktrees, worktree))
        .isInstanceOf(GitException.class)
        .hasMessageContaining("does not know the worktree");
    assertThat(worktree.path().resolve("n")).exists();
  }
}
