package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.testing.FileState;
import dev.agentworkflows.coordinator.testing.HostileNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids of runs, calls and batches are looked up; none of them becomes a path. */
class HostileIdsTest {

  private static final String SECRET = "this is nobody's business";

  @TempDir private Path directory;
  private CommandDesk desk;

  @BeforeEach
  void aHomeBesideASecret() throws Exception {
    desk = new CommandDesk(directory);
    desk.record("some text");
    Files.writeString(directory.resolve("secret.txt"), SECRET);
    Files.writeString(desk.home().directory().resolve("secret.txt"), SECRET);
    Files.createDirectories(desk.home().batches());
    Files.writeString(desk.home().batches().resolve("secret.json"), SECRET);
  }

  private Map<String, String> state() {
    return FileState.of(directory, path -> !path.toString().contains("workflow.sqlite"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat ID",
        "cat ID --prompt",
        "diff ID",
        "apply ID",
        "status ID",
        "calls ID",
        "output ID",
        "events ID",
        "artifacts ID",
        "explain-cache ID",
        "report ID",
        "report ID --html",
        "report ID --out OUT",
        "export ID",
        "export ID OUT",
        "cancel ID",
        "approve ID --yes",
        "resume ID",
        "batch status ID",
        "batch fetch ID"
      })
  void anIdThatIsAPathLeadsNowhere(String line) {
    desk.run("status", CommandDesk.RUN);
    Map<String, String> before = state();

    HostileNames.all()
        .forEach(name -> {
          String[] words = line.split(" ");
          for (int i = 0; i < words.length; i++) {
            words[i] =
                words[i].equals("ID")
                    ? name
                    : words[i].replace("OUT", directory.resolve("out").toString());
          }
          CommandDesk.Said said = desk.run(words);
          String shown = name.substring(0, Math.min(40, name.length()));
          assertThat(said.exitCode()).as(shown + ": " + said.err()).isEqualTo(ExitCode.REFUSED);
          assertThat(said.out() + said.err()).as(shown).doesNotContain(SECRET);
          assertThat(state()).as(shown).isEqualTo(before);
        });
  }

  @Test
  void aWordIsNotReadAsAFileOfWords() {
    CommandDesk.Said said = desk.run("status", "@" + directory.resolve("secret.txt"));

    assertThat(said.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(said.err()).contains("unknown run '@").doesNotContain("nobody");
  }
}
