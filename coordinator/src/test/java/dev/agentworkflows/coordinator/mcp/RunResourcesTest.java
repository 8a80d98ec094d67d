package dev.agentworkflows.coordinator.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.testing.FileState;
import dev.agentworkflows.coordinator.testing.HostileNames;
import dev.agentworkflows.coordinator.testing.OpenHomes;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.Store;
import io.modelcontextprotocol.spec.McpError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunResourcesTest {

  @TempDir private Path directory;
  @TempDir private Path user;
  private Store store;
  private Blocking blocking;
  private RunResources resources;

  @BeforeEach
  void aRunBesideASecret() throws Exception {
    OpenHome opened = OpenHomes.make(directory, user);
    store = opened.store();
    Path own = Files.createDirectories(directory.toRealPath().resolve("runs/run_1"));
    store.writer().addRun(Records.run("run_1").directory(own.toString()).build()).join();
    Files.writeString(own.resolve("summary.md"), "all is well");
    Files.writeString(directory.resolve("secret.txt"), "this is nobody's business");
    blocking = new Blocking();
    resources = new RunResources(opened, blocking);
  }

  @AfterEach
  void close() {
    blocking.close();
    store.close();
  }

  @Test
  void aFileOfARunIsRead() {
    assertThat(resources.read("owf://runs/run_1/files/summary.md").contents().toString())
        .contains("all is well");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NAME",
        "owf://runs/NAME",
        "owf://runs/NAME/report",
        "owf://runs/NAME/files/summary.md",
        "owf://runs/run_1/files/NAME",
        "owf://runs/run_1/calls/NAME/prompt.txt",
        "owf://runs/run_1/calls/run_1_call_0001/NAME",
        "owf://runs/run_1/NAME"
      })
  void whateverElseIsNamedIsNotFound(String uri) {
    Map<String, String> before =
        FileState.of(directory, path -> !path.toString().contains("workflow.sqlite"));

    HostileNames.all()
        .forEach(name ->
            assertThatThrownBy(() -> resources.read(uri.replace("NAME", name)))
                .as(name.substring(0, Math.min(40, name.length())))
                .isInstanceOf(McpError.class)
                .hasMessageNotContaining("nobody's business"));
    assertThat(FileState.of(directory, path -> !path.toString().contains("workflow.sqlite")))
        .isEqualTo(before);
  }
}
