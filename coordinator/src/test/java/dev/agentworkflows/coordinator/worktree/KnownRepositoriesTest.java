package dev.agentworkflows.coordinator.worktree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents write into a repository's configuration and hooks leads no later call's git. */
@Timeout(120)
class KnownRepositoriesTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String RUN = "run_20261122_143201_4f9c1a";

  @TempDir private Path directory;

  private Repository repository;
  private Path mark;
  private int calls;

  @BeforeEach
  void begin() throws IOException {
    directory = directory.toRealPath();
    mark = directory.resolve("mark");
    repository = Repository.at(directory.resolve("project"));
    write(directory.resolve("program"), "#!/bin/sh\necho ran >> " + mark + "\ncat\n");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Of another process each time. */
  private Worktrees worktrees() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
    environment.put("HOME", directory.resolve("user").toString());
    return new Worktrees(environment, AllowedWorkspaces.any(), directory.resolve("home"));
  }

  private Worktree made(Path workspace) throws Exception {
    Path runDirectory = Files.createDirectories(directory.resolve("home/runs").resolve(RUN));
    Worktrees worktrees = worktrees();
    Worktrees.Plan plan =
        worktrees.plan(workspace, runDirectory, RUN, RUN + "_call_%04d".formatted(++calls), LIMIT);
    worktrees.make(plan, LIMIT);
    return plan.worktree();
  }

  private void hook(String name) throws IOException {
    write(
        repository.top.resolve(".git/hooks").resolve(name),
        "#!/bin/sh\necho " + name + " >> " + mark + "\n");
  }

  @Test
  void aHookThatCameAfterTheFirstCallRunsForNoLaterOne() throws Exception {
    made(repository.top);
    hook("post-checkout");

    assertThatThrownBy(() -> made(repository.top))
        .isInstanceOf(GitException.class)
        .hasMessageContaining("hooks/post-checkout")
        .hasMessageContaining("owf trust --git " + repository.top);
    assertThat(mark).doesNotExist();
    assertThat(directory.resolve("home/runs").resolve(RUN).resolve("worktrees"))
        .satisfies(all -> {
          try (Stream<Path> left = Files.list(all)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                .containsExactlyInAnyOrder(RUN + "_call_0001", Worktrees.STOP);
          }
        });

    worktrees().accept(repository.top);
    made(repository.top);
    assertThat(mark).hasContent("post-checkout");
  }

  @Test
  void theUsersOwnHooksAndFiltersGoOnWorking() throws Exception {
    hook("post-checkout");
    repository.git("config", "filter.big.smudge", directory.resolve("program").toString());
    Files.writeString(repository.top.resolve(".git/info/attributes"), "*.txt filter=big\n");
    made(repository.top);
    String once = Files.readString(mark);
    assertThat(once).contains("ran").contains("post-checkout");

    // What agents' tools write in the usual course of their work.
    repository.git("config", "branch.x.remote", "origin");
    repository.git("config", "user.name", "Somebody");
    repository.git("remote", "add", "fork", "https://example.org/x.git");
    repository.git("config", "submodule.lib.url", "../lib");
    repository.git("config", "extensions.worktreeConfig", "true");
    made(repository.top);
    assertThat(Files.readString(mark)).isEqualTo(once + once);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "git config filter.evil.smudge $P; echo '* filter=evil' > .git/info/attributes",
        "echo '* filter=big' > .git/info/attributes",
        "git config filter.big.process $P",
        "git config --add filter.big.smudge $P",
        "git config core.hooksPath $D/hooks",
        "printf '[filter \"big\"]\\n\\tsmudge = %s\\n' $P > $D/more; git config include.path $D/more",
        "git config includeIf.gitdir:/**.path $D/more",
        "git config extensions.worktreeConfig true; git config --worktree core.hooksPath $D/hooks",
        "git config remote.origin.promisor true; git config remote.origin.url ext::$P",
        "git config core.sshCommand $P",
        "git config core.attributesFile $D/attributes",
        "git config core.excludesFile $D/excludes",
        "echo '*' >> .git/info/exclude",
        "ln -s $P .git/hooks/reference-transaction",
        "mkdir -p .git/hooks; printf 'echo mine >> $D/mark' >> .git/hooks/shared.sh",
        "mv .git/hooks .git/h; ln -s $D/hooks .git/hooks",
        "mkfifo .git/hooks/post-index-change"
      })
  void nothingThatAnAgentConfiguredIsFollowed(String planted) throws Exception {
    // The user's own: a filter that no attribute names yet, and a hook that reads another file.
    repository.git("config", "filter.big.smudge", "cat");
    write(repository.top.resolve(".git/hooks/shared.sh"), "# nothing yet\n");
    write(directory.resolve("hooks/post-checkout"), "#!/bin/sh\necho ran >> " + mark + "\n");
    worktrees().beforeEdits(repository.top, LIMIT);

    repository.sh("P=" + directory.resolve("program") + "; D=" + directory + "; " + planted);

    assertThatThrownBy(() -> made(repository.top))
        .isInstanceOf(GitException.class)
        .hasMessageContaining("owf trust --git");
    assertThat(mark).doesNotExist();
  }

  @Test
  void hooksThatAreFilesOfTheCommitAreThoseOfTheFirstCall() throws Exception {
    write(
        repository.top.resolve(".husky/post-checkout"), "#!/bin/sh\necho first >> " + mark + "\n");
    repository.git("add", "-A");
    repository.git("commit", "-qm", "hooks");
    repository.git("config", "core.hooksPath", ".husky");
    made(repository.top);
    assertThat(mark).hasContent("first");

    repository.sh(
        "echo 'echo changed >> "
            + mark
            + "' >> .husky/post-checkout; git -c core.hooksPath=/dev/null commit -qam more");
    assertThatThrownBy(() -> made(repository.top))
        .isInstanceOf(GitException.class)
        .hasMessageContaining("hooks in .husky");
    assertThat(mark).hasContent("first");
  }

  @Test
  void aRepositoryThatAnAgentMadeRunsNoHooksOfItsOwn() throws Exception {
    Path workspace = Files.createDirectories(directory.resolve("new"));
    worktrees().beforeEdits(workspace, LIMIT);
    Repository made = Repository.at(workspace);
    made(workspace);

    write(workspace.resolve(".git/hooks/post-checkout"), "#!/bin/sh\necho ran >> " + mark + "\n");
    assertThatThrownBy(() -> made(made.top)).hasMessageContaining("hooks/post-checkout");
    assertThat(mark).doesNotExist();
  }

  @Test
  void aRecordThatOthersCouldHaveWrittenCountsForNothing() throws Exception {
    made(repository.top);
    try (Stream<Path> records = Files.list(directory.resolve("state/owf/repositories"))) {
      Files.setPosixFilePermissions(
          records.findFirst().orElseThrow(), PosixFilePermissions.fromString("rw-rw-rw-"));
    }
    assertThatThrownBy(() -> made(repository.top)).hasMessageContaining("owf trust --git");
    worktrees().accept(repository.top);
    made(repository.top);
  }

  @Test
  void withoutAStateDirectoryTheProcessItselfRemembers() throws Exception {
    Files.writeString(directory.resolve("state"), "in the way");
    Path runDirectory = Files.createDirectories(directory.resolve("home/runs").resolve(RUN));
    Worktrees worktrees = worktrees();
    worktrees.beforeEdits(repository.top, LIMIT);
    hook("post-checkout");
    Worktrees.Plan plan =
        worktrees.plan(repository.top, runDirectory, RUN, RUN + "_call_0001", LIMIT);
    assertThatThrownBy(() -> worktrees.make(plan, LIMIT))
        .hasMessageContaining("hooks/post-checkout");
    assertThat(mark).doesNotExist();
  }
}
