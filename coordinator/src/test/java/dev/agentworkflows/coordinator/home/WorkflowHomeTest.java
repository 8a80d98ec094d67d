package dev.agentworkflows.coordinator.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkflowHomeTest {

  @TempDir private Path directory;

  private Map<String, String> environment() {
    return Map.of("HOME", directory.resolve("user").toString());
  }

  private UserCache cache() {
    return UserCache.of(environment());
  }

  @Test
  void aScriptsHomeIsBesideIt() {
    Path script = directory.resolve("flows/a.py");
    WorkflowHome home = WorkflowHome.forScript(null, script, environment(), cache());
    assertThat(home.directory()).isEqualTo(directory.resolve("flows/.workflows"));
  }

  @Test
  void theOptionWinsOverTheEnvironment() {
    Map<String, String> environment =
        Map.of("OWF_HOME", directory.resolve("env").toString(), "HOME", directory.toString());
    Path script = directory.resolve("a.py");
    assertThat(WorkflowHome.forScript(null, script, environment, cache()).directory())
        .isEqualTo(directory.resolve("env"));
    assertThat(
            WorkflowHome.forScript(directory.resolve("opt"), script, environment, cache())
                .directory())
        .isEqualTo(directory.resolve("opt"));
  }

  @Test
  void aCommandWithoutAScriptFindsTheHomeThatWasUsedLast() {
    WorkflowHome used =
        WorkflowHome.forScript(null, directory.resolve("x/a.py"), environment(), cache());
    assertThat(WorkflowHome.forReading(null, environment(), cache())).isEqualTo(used);
  }

  @Test
  void withNothingEverRunThereIsAPlainWayOn() {
    assertThatThrownBy(() -> WorkflowHome.forReading(null, environment(), cache()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("Run a script first");
  }

  @Test
  void aHomeIsItsOwnersAloneAndInvisibleToGit() throws IOException {
    WorkflowHome home =
        WorkflowHome.forScript(null, directory.resolve("a.py"), environment(), cache());
    assertThat(Files.readString(home.directory().resolve(".gitignore"))).isEqualTo("*\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.directory())))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.directory().resolve(".gitignore"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aHomeWhereAFileIsInTheWayIsRefusedInPlainWords() throws IOException {
    Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() ->
            WorkflowHome.forScript(
                directory.resolve("file"), directory.resolve("a.py"), environment(), cache()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("cannot write to the home")
        .hasMessageContaining("--home DIR");
  }

  @Test
  void aCacheThatCannotBeWrittenStopsNothing() throws IOException {
    Files.writeString(directory.resolve("user"), "a file where a directory should be");
    WorkflowHome home =
        WorkflowHome.forScript(null, directory.resolve("a.py"), environment(), cache());
    assertThat(home.directory()).isDirectory();
  }
}
