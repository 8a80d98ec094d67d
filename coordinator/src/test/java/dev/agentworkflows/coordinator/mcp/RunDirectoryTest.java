package dev.agentworkflows.coordinator.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.testing.HostileNames;
import dev.agentworkflows.coordinator.testing.OpenHomes;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunDirectoryTest {

  @TempDir private Path home;
  @TempDir private Path user;
  private Store store;
  private Path own;
  private RunDirectory directory;

  @BeforeEach
  void aRun() throws IOException {
    OpenHome opened = OpenHomes.make(home, user);
    store = opened.store();
    own = Files.createDirectories(home.toRealPath().resolve("runs/run_1"));
    RunRecord run = Records.run("run_1").directory(own.toString()).build();
    store.writer().addRun(run).join();
    directory = new RunDirectory(opened, run);
    Files.writeString(home.resolve("secret.txt"), "secret");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aFileThatARunCanHaveIsFound() throws IOException {
    Files.writeString(own.resolve("summary.md"), "all is well");

    RunDirectory.Found found = directory.find("summary.md");

    assertThat(found.size()).isEqualTo(11);
    assertThat(RunDirectory.read(found, 4, 100).text()).isEqualTo("is well");
    assertThat(RunDirectory.read(found, 999, 100).text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "/",
        "../../secret.txt",
        "summary.md/",
        "/summary.md",
        "notes.txt",
        "calls/run_1_call_0001/prompt.txt",
        "calls/run_2_call_0001/prompt.txt",
        "calls/../prompt.txt",
        "calls/run_1_call_0001/../../summary.md"
      })
  void anythingElseIsNot(String path) throws IOException {
    Files.writeString(own.resolve("summary.md"), "all is well");
    Files.writeString(own.resolve("notes.txt"), "an agent's notes");

    assertThatThrownBy(() -> directory.find(path)).isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void noNameLeadsOut(String name) throws IOException {
    Files.writeString(own.resolve("summary.md"), "all is well");

    for (String path :
        List.of(name, "calls/" + name + "/prompt.txt", "calls/run_1_call_0001/" + name)) {
      assertThatThrownBy(() -> directory.find(path)).isInstanceOf(RefusedException.class);
    }
  }

  private static Stream<String> hostile() {
    return HostileNames.all();
  }

  @Test
  void neitherALinkNorADirectoryIsRead() throws IOException {
    Files.createSymbolicLink(own.resolve("summary.md"), home.resolve("secret.txt"));
    Files.createSymbolicLink(own.resolve("output.json"), Path.of("manifest.json"));
    Files.writeString(own.resolve("manifest.json"), "{}");
    Files.createDirectory(own.resolve("traceback.txt"));

    for (String name : List.of("summary.md", "output.json", "traceback.txt")) {
      assertThatThrownBy(() -> directory.find(name))
          .as(name)
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("is not read");
    }
  }

  @Test
  void aPieceEndsWithAWholeLetterAndTheNextBeginsThere() throws IOException {
    String text = "aé✓😀".repeat(50);
    Files.writeString(own.resolve("summary.md"), text);
    RunDirectory.Found found = directory.find("summary.md");

    for (int most = 4; most < 40; most++) {
      StringBuilder read = new StringBuilder();
      Long next = 0L;
      while (next != null) {
        RunDirectory.Piece piece = RunDirectory.read(found, next, most);
        read.append(piece.text());
        next = piece.next();
      }
      assertThat(read.toString()).as("pieces of " + most).isEqualTo(text);
    }
  }
}
