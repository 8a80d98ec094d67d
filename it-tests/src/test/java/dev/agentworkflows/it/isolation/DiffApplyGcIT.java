package dev.agentworkflows.it.isolation;

import static dev.agentworkflows.it.Json.plain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.it.reliability.LoopDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class DiffApplyGcIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static String callId(JsonNode result) {
    return result.get("call_id").stringValue();
  }

  private static Owf.Finished fine(Owf.Invocation invocation) {
    Owf.Finished finished = invocation.run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished;
  }

  private static void assertRefused(Owf.Finished finished, String... words) {
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
    assertThat(finished.stderr()).contains(words);
    assertThat(finished.stderr()).doesNotContain("Exception");
  }

  static Stream<Arguments> edits() {
    return Stream.of(
        Arguments.of("text", "echo more >> a.txt"),
        Arguments.of(
            "several-ways",
            "echo n > n; git add n; git commit -qm n; echo s >> a.txt; git add a.txt; rm b.txt"),
        Arguments.of("binary", "printf '\\001\\000\\377' > image.bin; printf '\\000x' > new.bin"),
        Arguments.of(
            "rename", "git mv a.txt moved.txt; echo four >> moved.txt; mkdir d; mv b.txt d/b2"),
        Arguments.of("modes", "chmod +x b.txt; printf '#!/bin/sh\\n' > tool; chmod 755 tool"),
        Arguments.of("links", "ln -s a.txt link; rm b.txt; ln -s nowhere b.txt"),
        Arguments.of("empty-and-gone", "touch empty; git rm -q image.bin; : > a.txt"),
        Arguments.of(
            "names",
            "printf x > ' lead'; printf x > -dash; printf x > 'q\"uote'; printf x > \"$(printf 'new\\nline')\"; printf x > '\u00fc\ud83d\ude00'"),
        Arguments.of("no-newline", "printf 'one\\ntwo\\nthree' > a.txt"),
        Arguments.of(
            "carriage-returns", "printf 'one\\r\\ntwo\\r\\n' > a.txt; printf 'x\\r\\n' > crlf.txt"),
        Arguments.of("file-to-directory", "rm b.txt; mkdir b.txt; echo x > b.txt/inside"),
        Arguments.of(
            "ignored-but-committed",
            "echo x > forced.log; git mv a.txt a.log; git add -f forced.log; git commit -qm x"),
        Arguments.of("blank-errors", "printf 'trailing  \\n\\n\\n' >> a.txt"));
  }

  /** Names, kinds, modes and contents of all files but git's. */
  private static String tree(Project project, Path of) {
    return project.sh(
        "cd '"
            + of
            + "'; find . -name .git -prune -o \\( -type f -o -type l \\) -printf '%p %M %l\\n' | sort;"
            + " find . -name .git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum");
  }

  /** Two changes with a review between them, in one worktree: the ids of the three calls. */
  private static List<String> shared(Project project) {
    JsonNode ids =
        project.output(
            """
            from workflows import agent
            async def main(args):
                first = await agent("echo 1 > one; echo more >> a.txt", isolation="worktree", label="implement")
                review = await agent("cat one", worktree=first, label="review")
                assert review.text_or_raise() == "1"
                last = await agent("echo 2 > two; echo 3 >> one", isolation="worktree", worktree=first, label="fix")
                assert last.require_ok().changed_files == ["a.txt", "one", "two"], last.changed_files
                return [first.call_id, review.call_id, last.call_id]
            """);
    return List.of(ids.get(0).stringValue(), ids.get(1).stringValue(), ids.get(2).stringValue());
  }

  @Test
  void whatSeveralCallsDidInOneWorktreeIsShownAndTakenAsOne() {
    Project project = Project.repository(owf, "shared");
    List<String> calls = shared(project);

    Owf.Finished diff = fine(project.command("diff", calls.get(2)));
    assertThat(diff.stdout()).contains("+++ b/one", "+++ b/two", "+more");
    assertThat(diff.stderr())
        .contains("changed by " + calls.get(0) + " (implement): a.txt, one")
        .contains("changed by " + calls.get(2) + " (fix): one, two");
    assertThat(fine(project.command("diff", calls.get(0))).stdout()).isEqualTo(diff.stdout());
    assertThat(fine(project.command("diff", calls.get(1))).stdout()).isEqualTo(diff.stdout());
    JsonNode document = fine(project.command("diff", calls.get(2), "--json")).json();
    assertThat(document.get("call_id").stringValue()).isEqualTo(calls.get(0));
    assertThat(plain(document.at("/changed_by/1/changed_files"))).isEqualTo(List.of("one", "two"));
    assertThat(fine(project.command("gc")).stdout())
        .contains("not applied: 3 changed files, by " + calls.get(0) + ", " + calls.get(2));

    assertThat(fine(project.command("apply", calls.get(2))).stdout())
        .contains("  one", "  two", "  a.txt", "changed by " + calls.get(2) + " (fix): one, two");
    assertThat(project.top.resolve("one")).hasContent("1\n3\n");
    assertRefused(project.command("apply", calls.get(0)).run(), "was applied already");
    assertThat(fine(project.command("gc")).stdout()).contains("removed " + calls.get(0));
    assertThat(project.sh("git worktree list; git branch --list 'owf/*'").lines()).hasSize(1);
  }

  @Test
  void aForcedGcOfAnyOfTheCallsRemovesTheirWorktree() {
    Project project = Project.repository(owf, "shared-forced");
    List<String> calls = shared(project);

    assertThat(fine(project.command("gc", "--force", calls.get(2))).stdout())
        .contains("removed " + calls.get(0) + ": forced");
    assertRefused(project.command("diff", calls.get(2)).run(), "is removed");
  }

  @ParameterizedTest
  @MethodSource("edits")
  void applyMakesTheWorkspaceWhatTheWorktreeIs(String name, String script) {
    Project project = Project.repository(owf, "apply-" + name);
    JsonNode result = project.isolated(script);
    Path worktree = Path.of(result.get("worktree_path").stringValue());
    String head = project.sh("git rev-parse HEAD; sha256sum .git/index");

    Owf.Finished applied = fine(project.command("apply", callId(result), "--json"));

    assertThat(tree(project, project.top)).isEqualTo(tree(project, worktree));
    assertThat(plain(applied.json().get("changed_files")))
        .isEqualTo(plain(result.get("changed_files")));
    assertThat(project.sh("git rev-parse HEAD; sha256sum .git/index"))
        .as("uncommitted")
        .isEqualTo(head);
  }

  @Test
  void whatWasAppliedIsRefusedASecondTimeAndCollected() {
    Project project = Project.repository(owf, "applied");
    JsonNode result = project.isolated("echo more >> a.txt; echo new > new.txt");
    Path worktree = Path.of(result.get("worktree_path").stringValue());

    assertThat(fine(project.command("diff", callId(result))).stdout()).startsWith("diff --git ");
    fine(project.command("apply", callId(result)));

    assertRefused(project.command("apply", callId(result)).run(), "was applied already");
    assertThat(fine(project.command("gc")).stdout())
        .contains("removed " + callId(result) + ": it was applied");
    assertThat(worktree).doesNotExist();
    assertThat(project.sh("git branch --list 'owf/*'")).isEmpty();
    assertRefused(project.command("diff", callId(result)).run(), "is removed", "applied");
  }

  @Test
  @Tag("smoke")
  void theDiffIsAPatchThatGitTakes() {
    Project project = Project.repository(owf, "patch");
    JsonNode result =
        project.isolated(
            "echo more >> a.txt; git commit -qam x; echo n > n; printf '\\000' > image.bin");

    byte[] diff = fine(project.command("diff", callId(result))).out();

    assertThat(new String(diff, StandardCharsets.UTF_8))
        .contains("+more", "new file mode 100644", "GIT binary patch")
        .doesNotContain("\u001b");
    Owf.write(project.top.resolve("x.patch"), new String(diff, StandardCharsets.UTF_8));
    project.sh("git apply --index x.patch; rm x.patch");
    assertThat(project.sh("git status --porcelain")).isEqualTo("M  a.txt\nM  image.bin\nA  n");
  }

  @Test
  void onATerminalTheDiffHasColoursAndNoControlCharactersOfFiles() {
    Project project = Project.repository(owf, "colours");
    JsonNode result = project.isolated("printf 'evil \\033[2J\\007\\n' > a.txt");
    List<String> terminal =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dowf.stdout.terminal=true",
            "-jar",
            System.getProperty("owf.jar"),
            "diff",
            callId(result));

    String colored = fine(owf.program(terminal)).stdout();
    String plain = fine(owf.program(terminal).with("NO_COLOR", "1")).stdout();

    assertThat(colored)
        .contains("\u001b[32m+evil ")
        .doesNotContain("\u001b[2J")
        .doesNotContain("\u0007");
    assertThat(plain).contains("+evil ").doesNotContain("\u001b");
  }

  @Test
  @Tag("smoke")
  void whatDoesNotFitIsListedAndNothingIsTouched() {
    Project project = Project.repository(owf, "conflict");
    JsonNode result = project.isolated("echo agents > a.txt; echo fine >> b.txt; echo new > n");
    project.sh("echo mine > a.txt; echo mine > n");
    String before = tree(project, project.top);

    Owf.Finished refused = project.command("apply", callId(result)).run();

    assertRefused(
        refused, "do not fit " + project.top, "a.txt", "n: already exists", "Nothing was changed");
    assertThat(tree(project, project.top)).isEqualTo(before);
    assertThat(refused.stderr()).doesNotContain("b.txt");
    project.sh("git checkout -q a.txt; rm n");
    fine(project.command("apply", callId(result)));
    assertThat(project.top.resolve("a.txt")).hasContent("agents\n");
  }

  @Test
  void aDiskThatFillsUpWhileApplyingLeavesTheWorkspaceAsItWas() throws IOException {
    Path place = Files.createDirectories(owf.directory().resolve("small"));
    try (LoopDisk disk = LoopDisk.in(place, 64)) {
      Project project = Project.repository(owf, "small/disk");
      project.sh("mkdir d; echo x > d/e; git add -A; git commit -qm d");
      JsonNode result =
          project.isolated(
              "echo first > a.txt; rm b.txt; mkdir b.txt; echo i > b.txt/i; rm -r d; echo file > d; echo new > n; head -c 9000000 /dev/urandom > z.bin");
      disk.fillUpTo(4);
      String before = tree(project, project.top);

      Owf.Finished refused = project.command("apply", callId(result)).run();

      assertRefused(refused, "could not be written to " + project.top);
      assertThat(tree(project, project.top)).isEqualTo(before);
      disk.makeRoom();
      fine(project.command("apply", callId(result)));
      assertThat(project.top.resolve("z.bin")).hasSize(9_000_000);
    }
  }

  @Test
  void changesGoOnTopOfWhatThePersonChangedElsewhere() {
    Project project = Project.repository(owf, "on-top");
    JsonNode result = project.isolated("echo agent >> b.txt");
    project.sh(
        "echo zero | cat - a.txt > t; mv t a.txt; git commit -qam later; echo staged > s; git add s");

    fine(project.command("apply", callId(result)).with("GIT_DIFF_OPTS", "-u0"));

    assertThat(project.sh("git status --porcelain")).isEqualTo("M b.txt\nA  s");
  }

  @Test
  void whatIsThereAlreadyIsSaidToBe() {
    Project project = Project.repository(owf, "already");
    JsonNode result = project.isolated("echo agent >> b.txt");
    project.sh("echo agent >> b.txt");

    assertRefused(project.command("apply", callId(result)).run(), "seem to be there already");
  }

  @Test
  void ofTwoThatApplyAtOnceOneIsRefused() {
    Project project = Project.repository(owf, "twice");
    project.sh("for i in $(seq 40); do echo same; done > s; git add s; git commit -qm s");
    JsonNode result = project.isolated("echo same >> s");

    OwfProcess one = project.command("apply", callId(result)).start();
    OwfProcess two = project.command("apply", callId(result)).start();

    assertThat(List.of(one.finish().exitCode(), two.finish().exitCode()))
        .containsExactlyInAnyOrder(0, 2);
    assertThat(project.top.resolve("s")).content().hasLineCount(41);
  }

  @Test
  void aCallWithoutChangesHasNothingToShow() {
    Project project = Project.repository(owf, "nothing");
    JsonNode isolated = project.isolated("true");
    JsonNode plainCall =
        project.output(
            """
            from workflows import agent
            async def main(args):
                return {"call_id": (await agent("hi", provider="fake")).call_id}
            """);

    assertRefused(project.command("diff", callId(isolated)).run(), "is removed", "changed nothing");
    assertRefused(
        project.command("apply", callId(plainCall)).run(), "had no worktree", "isolation is none");
    assertRefused(project.command("diff", "run_x_call_0001").run(), "unknown call");
  }

  @Test
  void gcSaysWhatItKeepsAndWhy() {
    Project project = Project.repository(owf, "kept");
    JsonNode unapplied = project.isolated("echo x > n");
    JsonNode branch =
        project.isolated(
            "git checkout -q -b feature; echo x > f; git add f; git commit -qm f; git checkout -q -; echo y > n2");
    JsonNode grown = project.isolated("echo x > n3");
    fine(project.command("apply", callId(branch)));
    fine(project.command("apply", callId(grown)));
    Owf.write(Path.of(grown.get("worktree_path").stringValue()).resolve("n3"), "more");

    String dry = fine(project.command("gc", "--dry-run")).stdout();
    String real = fine(project.command("gc")).stdout();

    assertThat(real)
        .contains(
            "keeping " + callId(unapplied) + ": not applied: 1 changed file",
            "keeping " + callId(branch) + ": not in what was applied: 1 commit on other branches",
            "keeping " + callId(grown) + ": changed since it was applied")
        .isEqualTo(dry);
    assertThat(Path.of(unapplied.get("worktree_path").stringValue()).resolve("n")).exists();

    String forced = fine(project.command("gc", "--force", callId(unapplied))).stdout();
    assertThat(forced).contains("removed " + callId(unapplied) + ": forced");
    assertThat(Path.of(unapplied.get("worktree_path").stringValue())).doesNotExist();
    assertThat(Path.of(grown.get("worktree_path").stringValue())).exists();
  }

  @Test
  void gcDryRunRemovesNothing() {
    Project project = Project.repository(owf, "dry");
    JsonNode result = project.isolated("echo x > n");
    fine(project.command("apply", callId(result)));

    String dry = fine(project.command("gc", "--dry-run")).stdout();

    assertThat(dry).contains("would remove " + callId(result));
    assertThat(Path.of(result.get("worktree_path").stringValue())).exists();
    JsonNode json = fine(project.command("gc", "--json")).json();
    assertThat(json.get("worktrees").toString()).contains(callId(result), "\"removed\":true");
  }

  @Test
  void aBranchWhoseDirectoryIsGoneIsKeptWhileItHasCommits() {
    Project project = Project.repository(owf, "by-hand");
    JsonNode result = project.isolated("echo x > n; git add n; git commit -qm n");
    project.sh("rm -r '" + result.get("worktree_path").stringValue() + "'");

    assertThat(fine(project.command("gc")).stdout())
        .contains("keeping " + callId(result) + ": not applied: 1 commit");
    assertRefused(
        project.command("apply", callId(result)).run(),
        "is not there any more",
        "on the branch owf/");
    project.sh("git merge -q " + result.get("worktree_branch").stringValue());
    fine(project.command("gc", "--force", callId(result)));
    assertThat(project.sh("git branch --list 'owf/*'")).isEmpty();
  }

  @Test
  void aWorktreeThatWasMovedIsNeitherRemovedNorForgotten() {
    Project project = Project.repository(owf, "moved-by-git");
    JsonNode result = project.isolated("echo v1 > f; git add f; echo v2 > f");
    project.sh("git worktree move '" + result.get("worktree_path").stringValue() + "' ../moved-to");

    assertThat(fine(project.command("gc")).stdout())
        .contains("keeping " + callId(result) + ": it is not at ", "/moved-to");
    assertThat(project.sh("cd ../moved-to; git show :f; cat f")).contains("v1", "v2");
  }

  @Test
  void aRepositoryThatIsGoneIsNoReasonToDeleteTheWork() {
    Project project = Project.repository(owf, "gone");
    JsonNode result = project.isolated("echo x > n");
    project.sh("rm -rf .git");

    assertThat(fine(project.command("gc")).stdout())
        .contains("keeping " + callId(result), "--force " + callId(result));
    assertThat(Path.of(result.get("worktree_path").stringValue()).resolve("n")).exists();
    fine(project.command("gc", "--force", callId(result)));
    assertThat(Path.of(result.get("worktree_path").stringValue())).doesNotExist();
  }

  @Test
  void aHomeThatWasMovedWithItsRepositoryLosesNothing() {
    Project project = Project.repository(owf, "moved");
    JsonNode result = project.isolated("echo x > n", "--home", project.top + "/.workflows");
    project.sh("mv ../moved ../moved-on; cd ../moved-on");
    String home = project.top + "-on/.workflows";
    Project elsewhere = Project.plain(owf, "elsewhere");

    assertThat(elsewhere.command("gc", "--home", home).run().stderr())
        .contains("owf trust " + home);
    fine(elsewhere.command("trust", home));
    assertThat(fine(elsewhere.command("gc", "--home", home, "--keep", "0")).stdout())
        .contains(
            "keeping " + callId(result) + ": its repository " + project.top + "/.git is not there",
            "keeping " + callId(result).substring(0, callId(result).indexOf("_call_")) + ": ");
    elsewhere.sh("mv ../moved-on ../moved");
    assertThat(Path.of(result.get("worktree_path").stringValue()).resolve("n")).exists();
    assertThat(
            fine(elsewhere.command("diff", callId(result), "--home", project.top + "/.workflows"))
                .stdout())
        .contains("+++ b/n");
  }

  @Test
  void oldRunsGoWithAllThatIsTheirsAndOthersStay() {
    String[] home = {"--home", owf.directory().resolve("gc-home").toString()};
    Project project = Project.repository(owf, "old");
    String ask =
        """
        from workflows import agent
        async def main(args):
            return (await agent(args["q"], provider="fake")).text
        """;
    Path script = owf.script("ask.py", ask);
    String[] ids = new String[4];
    for (int i = 0; i < 4; i++) {
      ids[i] =
          fine(project
                  .command(
                      "run", script.toString(), "--json", "--arg", "q=" + (i == 3 ? "q1" : "q" + i))
                  .and(home))
              .json()
              .get("run_id")
              .stringValue();
    }
    String kept = project.isolated("echo x > n", home).get("call_id").stringValue();

    String told = fine(project.command("gc", "--keep", "2").and(home)).stdout();

    // Run 3 and the isolated one are the newest; run 1 answered run 3.
    assertThat(told)
        .contains(
            "keeping " + kept + ": not applied",
            "removed " + ids[0],
            "removed " + ids[2],
            "keeping " + ids[1] + ": its answers are those of " + ids[3] + " too");
    assertThat(owf.directory().resolve("gc-home/runs/" + ids[0])).doesNotExist();
    assertThat(fine(project.command("cat", ids[3] + "_call_0001").and(home)).stdout())
        .isEqualTo("q1\n");
    assertRefused(project.command("status", ids[0]).and(home).run(), "unknown run");

    assertThat(fine(project.command("gc", "--older-than", "1h").and(home)).stdout())
        .doesNotContain("removed");
    assertThat(fine(project.command("gc", "--older-than", "0s").and(home)).stdout())
        .contains(
            "keeping "
                + kept.substring(0, kept.indexOf("_call_"))
                + ": a worktree of it holds work");
    assertRefused(
        project.command("gc", "--older-than", "soon").and(home).run(),
        "--older-than is 'soon'",
        "30d");
    assertRefused(project.command("gc", "--keep", "-1").and(home).run(), "--keep");
    assertThat(Files.exists(owf.directory().resolve("gc-home/workflow.sqlite"))).isTrue();
  }
}
