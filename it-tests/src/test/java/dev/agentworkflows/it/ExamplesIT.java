package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesIT {

  private static final Path EXAMPLES = Path.of(System.getProperty("owf.examples", ""));

  /** What each example gives, offline and by itself. */
  private static final Map<String, String> OUTPUTS =
      new TreeMap<>(
          Map.of(
              "hello_workflow.py",
              """
              {"greeting": "Say hello to world in one sentence."}
              """,
              "parallel_research.py",
              """
              {"topics": 3, "failed": [], "synthesis": "Put these notes together in one paragraph:\\n\\n\
              What changed lately about glaciers?\\n\\nWhat changed lately about coral reefs?\\n\\n\
              What changed lately about peat bogs?"}
              """,
              "schema_validation.py",
              """
              {"kind": "major", "broken": {"status": "schema_failed", "asked": 2, "errors": "*"}}
              """,
              "pipeline_stages.py",
              """
              {"rain": "Give this text a title:\\nImprove this text:\\nDraft three sentences about rain.",
               "snow": "Give this text a title:\\nImprove this text:\\nDraft three sentences about snow.",
               "hail": "Give this text a title:\\nImprove this text:\\nDraft three sentences about hail."}
              """,
              "child_workflow.py",
              """
              {"the first report": "Summarize the first report.",
               "the second report": "Summarize the second report."}
              """,
              "child_summarize.py",
              """
              {"summary": "Summarize the minutes of the last meeting."}
              """,
              "voting.py",
              """
              {"question": "Is this change safe to merge?", "answer": "yes", "votes": "5 of 5"}
              """));

  /** They look at the files beside them: TemplatesIT runs them in directories of its own. */
  private static final Set<String> RUN_AS_TEMPLATES =
      Set.of("review_changes.py", "migrate_files.py", "implement_review_fix.py");

  @RegisterExtension static final Owf owf = new Owf();

  static Stream<String> examples() {
    return OUTPUTS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleRunsOfflineAndGivesWhatItPromises(String example) {
    var output = owf.json("run", EXAMPLES.resolve(example).toString()).get("output");

    var expected = Json.read(OUTPUTS.getOrDefault(example, ""));
    if (example.equals("schema_validation.py")) {
      assertThat(output.at("/broken/errors"))
          .isNotEmpty()
          .allSatisfy(error -> assertThat(error.stringValue()).isNotBlank());
      output = Json.read(output.toString().replaceFirst("\"errors\":\\[.*?]", "\"errors\":\"*\""));
    }
    assertThat(output).isEqualTo(expected);
  }

  @Test
  void noExampleIsLeftUntested() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      assertThat(
              files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".py")))
          .containsAll(RUN_AS_TEMPLATES)
          .filteredOn(name -> !RUN_AS_TEMPLATES.contains(name))
          .containsExactlyInAnyOrderElementsOf(OUTPUTS.keySet());
    }
  }

  @Test
  void theClosingLinesSayWhatCameOfTheRun() {
    Path hello = owf.script("hello_again.py", read("hello_workflow.py"));

    Finished first = owf.run("run", hello.toString(), "--arg", "name=Ada");
    Finished second = owf.run("run", hello.toString(), "--arg", "name=Ada");

    assertThat(first.exitCode()).as(first.toString()).isZero();
    assertThat(first.stderr()).as("progress, and no trouble").doesNotContain("owf:");
    assertThat(first.stdout().lines())
        .anyMatch(line -> line.matches("run_id: run_\\d{8}_\\d{6}_[0-9a-f]{6}"))
        .contains("status: done")
        .anyMatch(line -> line.endsWith("1 done, 0 cached, 0 failed"));
    assertThat(first.stdout()).contains("Say hello to Ada in one sentence.");
    assertThat(second.stdout()).contains("1 cached, 0 failed");
  }

  private static String read(String example) {
    try {
      return Files.readString(EXAMPLES.resolve(example));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
