package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What {@code new} writes is a script that runs at once, and that its author can go on from. */
class TemplatesIT {

  @RegisterExtension static final Owf owf = new Owf();

  static Stream<String> templates() {
    return Json.column(owf.json("examples"), "template").stream().map(Object::toString);
  }

  @ParameterizedTest
  @MethodSource("templates")
  void aTemplateIsValidAndRunsOffline(String template) throws IOException {
    Path script = owf.directory().resolve("from " + template).resolve("mine.py");

    JsonNode made = owf.json("new", script.toString(), "--template", template);

    assertThat(made.get("template").stringValue()).isEqualTo(template);
    assertThat(made.get("path").stringValue()).isEqualTo(script.toString());
    assertThat(made.get("written"))
        .allSatisfy(file -> assertThat(Path.of(file.stringValue())).exists());
    assertThat(Files.readString(script))
        .contains("    owf run mine.py")
        .doesNotContain("examples/");
    assertThat(owf.json("validate", script.toString()).get("valid").booleanValue()).isTrue();
    assertThat(owf.run("dry-run", script.toString()).exitCode()).isZero();
    JsonNode run = owf.json("run", script.toString());
    assertThat(run.get("status").stringValue()).isEqualTo("done");
    assertThat(run.get("output").isObject()).as("something to look at").isTrue();
  }

  @Test
  void theTemplatesForWorkSayHowToGoOnWithARealProvider() throws IOException {
    for (String template :
        List.of("hello", "research", "review", "migrate", "implement-review-fix")) {
      Path script = owf.directory().resolve(template + "_text.py");
      owf.json("new", script.toString(), "--template", template);
      assertThat(script).content().as(template).contains("--provider claude");
    }
  }

  @Test
  void aReviewFindsWithTheFakeProviderAndHasItChecked() {
    owf.json("new", "reviewer.py", "--template", "review");

    JsonNode output = owf.json("run", "reviewer.py").get("output");

    assertThat(output.get("findings")).hasSize(2);
    assertThat(Json.column(output.get("findings"), "aspect"))
        .containsExactly("correctness", "security");
    assertThat(output.get("not_reviewed")).isEmpty();
    assertThat(owf.calls("latest")).as("2 reviews, 3 votes on each finding, 1 summary").hasSize(9);
  }

  @Test
  void aMigrationWorksInWorktreesAndFailsClosedWithoutARepository() throws IOException {
    Path repository = Files.createDirectories(owf.directory().resolve("repository"));
    owf.json("new", repository.resolve("migrate.py").toString(), "--template", "migrate");
    Path elsewhere = owf.directory().resolve("no-repository/migrate.py");
    owf.json("new", elsewhere.toString(), "--template", "migrate");
    git(repository, "init", "--quiet");
    git(repository, "add", ".");
    git(repository, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "-m", "one");

    JsonNode inside = owf.json("run", repository.resolve("migrate.py").toString()).get("output");
    JsonNode edit = owf.calls("latest").get(1);
    JsonNode outside = owf.json("run", elsewhere.toString()).get("output");

    assertThat(inside.get("unchanged"))
        .as("`fake` edits nothing: " + inside)
        .singleElement()
        .satisfies(file -> assertThat(file.stringValue()).isEqualTo("migrate.py"));
    assertThat(edit.get("isolation").stringValue()).isEqualTo("worktree");
    assertThat(outside.at("/failed/migrate.py").stringValue())
        .startsWith("worktree isolation failed:");
  }

  @Test
  void aChangeIsReviewedInItsWorktreeAndFailsWithoutARepository() throws IOException {
    Path repository = Files.createDirectories(owf.directory().resolve("reviewed"));
    owf.json(
        "new", repository.resolve("change.py").toString(), "--template", "implement-review-fix");
    Path elsewhere = owf.directory().resolve("not-reviewed/change.py");
    owf.json("new", elsewhere.toString(), "--template", "implement-review-fix");
    git(repository, "init", "--quiet");
    git(repository, "add", ".");
    git(repository, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "-m", "one");

    JsonNode inside = owf.json("run", repository.resolve("change.py").toString()).get("output");
    JsonNode calls = owf.calls("latest");
    JsonNode outside = owf.json("run", elsewhere.toString()).get("output");

    assertThat(inside.get("status").stringValue()).as(inside.toString()).isEqualTo("done");
    assertThat(inside.get("open")).isEmpty();
    assertThat(Json.column(calls, "label"))
        .containsExactly("implement", "review correctness", "review simplicity");
    assertThat(Json.column(calls, "status")).containsOnly("done");
    assertThat(outside.get("error").stringValue()).startsWith("worktree isolation failed:");
  }

  private static void git(Path directory, String... arguments) {
    Finished git =
        owf.program(Stream.concat(Stream.of("git"), Stream.of(arguments)).toList())
            .in(directory)
            .run();
    assertThat(git.exitCode()).as(git.toString()).isZero();
  }

  @Test
  void whatCannotBeWrittenIsRefusedInPlainWords() throws IOException {
    Path there = owf.script("there.py", "# mine\n");
    Path directory = Files.createDirectories(owf.directory().resolve("a-directory"));

    assertRefused("there already", "new", there.toString());
    assertRefused("is a directory", "new", directory.toString(), "--force");
    assertRefused(
        "unknown template 'no-such'; there are: hello, research",
        "new",
        "x.py",
        "--template",
        "no-such");
    assertRefused("cannot write", "new", there + "/below.py");
    assertRefused("PATH", "new");
    assertThat(there).hasContent("# mine\n");
    assertThat(owf.directory().resolve("x.py")).doesNotExist();
  }

  @Test
  void aTemplateOfTwoFilesIsWrittenWholeOrNotAtAll() {
    Path child = owf.script("pair/child_summarize.py", "# mine\n");

    assertRefused(
        "child_summarize.py is there already",
        "new",
        child.resolveSibling("parent.py").toString(),
        "--template",
        "child");

    assertThat(child).hasContent("# mine\n");
    assertThat(child.resolveSibling("parent.py")).doesNotExist();
  }

  private static void assertRefused(String words, String... arguments) {
    Finished finished = owf.run(arguments);
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
    assertThat(finished.stderr()).contains(words).doesNotContain("Exception");
    assertThat(finished.stderr().lines()).hasSizeBetween(1, 2);
    assertThat(owf.command(arguments).and("--json").run().json().get("error").stringValue())
        .contains(words);
  }
}
