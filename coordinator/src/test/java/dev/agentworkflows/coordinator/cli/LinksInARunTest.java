package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.home.FileTree;
import dev.agentworkflows.coordinator.testing.FileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent can put links into its run's directory; commands neither read nor write beyond them. */
class LinksInARunTest {

  private static final String SECRET = "this is nobody's business";
  private static final String CALL = CommandDesk.CALL;

  @TempDir private Path directory;
  private CommandDesk desk;
  private Path run;
  private Path outside;

  @BeforeEach
  void aRunAndWhatIsOutside() throws Exception {
    desk = new CommandDesk(directory);
    desk.record("some text");
    run = desk.home().runDirectory(CommandDesk.RUN);
    outside = Files.createDirectories(directory.resolve("outside"));
    for (String name :
        List.of(
            "prompt.txt",
            "output.txt",
            "output.json",
            "error.txt",
            "transcript.jsonl",
            "manifest.json",
            "summary.md",
            "traceback.txt",
            "report.md",
            "report.html",
            "cancel-requested")) {
      Files.writeString(outside.resolve(name), SECRET);
    }
    Files.createDirectories(outside.resolve(CALL));
    Files.writeString(outside.resolve(CALL).resolve("prompt.txt"), SECRET);
    Files.writeString(outside.resolve(CALL).resolve("transcript.jsonl"), SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "calls -> outside",
        "calls/CALL -> outside",
        "calls/CALL -> outside/not-there",
        "calls/CALL/prompt.txt -> outside/prompt.txt",
        "calls/CALL/output.txt -> outside/output.txt",
        "calls/CALL/transcript.jsonl -> outside/transcript.jsonl",
        "manifest.json -> outside/manifest.json",
        "summary.md -> outside/summary.md",
        "output.json -> outside/output.json",
        "traceback.txt -> outside/traceback.txt",
        "report.md -> outside/report.md",
        "report.html -> outside/report.html",
        "cancel-requested -> outside/cancel-requested",
        " -> outside"
      })
  void nothingBeyondALinkIsReadOrWritten(String link) throws IOException {
    String[] ends = link.replace("CALL", CALL).split(" -> ", -1);
    place(run.resolve(ends[0]), directory.resolve(ends[1]));
    Map<String, String> before = FileState.of(outside, path -> true);
    Path exported = directory.resolve("exported");

    for (List<String> words :
        List.of(
            List.of("artifacts", CommandDesk.RUN),
            List.of("artifacts", CommandDesk.RUN, "--json"),
            List.of("export", CommandDesk.RUN),
            List.of("export", CommandDesk.RUN, exported.toString()),
            List.of("report", CommandDesk.RUN),
            List.of("report", CommandDesk.RUN, "--html"),
            List.of("cancel", CommandDesk.RUN))) {
      CommandDesk.Said said = desk.run(words.toArray(String[]::new));
      assertThat(said.exitCode()).as(said.toString()).isIn(ExitCode.FINE, ExitCode.REFUSED);
      assertThat(said.out() + said.err())
          .as(said.toString())
          .doesNotContain(SECRET)
          .doesNotContain("\tat ");
      assertThat(FileState.of(outside, path -> true)).as(said.toString()).isEqualTo(before);
    }
    assertThat(texts(exported)).noneMatch(text -> text.contains(SECRET));
  }

  @Test
  void withoutALinkAllFilesAreThere() throws IOException {
    Files.createDirectories(run.resolve("calls").resolve(CALL));
    Files.writeString(run.resolve("calls").resolve(CALL).resolve("transcript.jsonl"), "{\"a\":1}");
    Path exported = directory.resolve("exported");

    assertThat(desk.run("export", CommandDesk.RUN, exported.toString()).exitCode()).isZero();

    assertThat(texts(exported)).contains("{\"a\":1}", "some text");
    CommandDesk.Said again = desk.run("export", CommandDesk.RUN, exported.toString());
    assertThat(again.exitCode()).as("over what is there: " + again).isZero();
  }

  @Test
  void aLinkInThePlaceOfTheDirectoryOfAllRunsIsNotFollowed() throws IOException {
    Path runs = run.resolveSibling("");
    Path other = directory.resolve("a larger disk");
    Files.move(runs, other);
    Files.createSymbolicLink(runs, other);

    for (String command : List.of("artifacts", "export", "report")) {
      CommandDesk.Said said = desk.run(command, CommandDesk.RUN);
      assertThat(said.exitCode()).as(said.toString()).isEqualTo(2);
      assertThat(said.err()).contains(runs.toString(), "is no directory but a link");
    }
    assertThat(other.resolve(CommandDesk.RUN).resolve("report.md")).doesNotExist();
  }

  /** In the place of whatever is there. */
  private static void place(Path link, Path target) throws IOException {
    FileTree.delete(link);
    Files.createDirectories(link.resolveSibling(""));
    Files.createSymbolicLink(link, target);
  }

  private static List<String> texts(Path top) throws IOException {
    if (!Files.exists(top)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(top)) {
      List<String> texts = new java.util.ArrayList<>();
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        texts.add(Files.readString(file));
      }
      return texts;
    }
  }
}
