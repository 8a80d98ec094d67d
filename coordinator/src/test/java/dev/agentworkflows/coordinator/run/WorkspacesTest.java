package dev.agentworkflows.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspacesTest {

  @TempDir private Path directory;

  @Test
  void withoutARepositoryItIsTheScriptsDirectory() {
    Path script = directory.resolve("flows/a.py");
    assertThat(Workspaces.of(null, script)).isEqualTo(directory.resolve("flows"));
  }

  @Test
  void inARepositoryItIsItsTopAlsoInALinkedWorktree() throws IOException {
    Path script = Files.createDirectories(directory.resolve("repo/flows/deep")).resolve("a.py");
    Files.writeString(directory.resolve("repo/.git"), "gitdir: elsewhere\n");
    assertThat(Workspaces.of(null, script)).isEqualTo(directory.resolve("repo"));
  }

  @Test
  void anOptionThatIsNoDirectoryIsRefused() {
    assertThatThrownBy(() -> Workspaces.of(directory.resolve("no"), directory.resolve("a.py")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is not a directory");
  }
}
