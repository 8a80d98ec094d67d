package dev.agentworkflows.it.isolation;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.reliability.LoopDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A call that can't have its worktree goes nowhere: the provider writes down when it is asked. */
class FailsClosedIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static void assertFailedClosed(Project project, JsonNode result, String... words) {
    assertThat(result.get("status").stringValue())
        .as(result.toString())
        .isEqualTo("worktree_failed");
    assertThat(result.get("error").stringValue())
        .startsWith("worktree isolation failed: ")
        .contains(words);
    assertThat(result.get("cache_status").stringValue()).isEqualTo("bypassed");
    assertThat(result.get("worktree_path").isNull()).isTrue();
    assertThat(result.get("text").isNull()).isTrue();
    assertThat(project.marker()).as("the provider was asked").doesNotExist();
  }

  @Test
  void aCallWithoutItsWorktreeFailsAndTheScriptGoesOn() {
    Project project = Project.plain(owf, "notes");

    JsonNode output =
        project.output(
            """
            from workflows import agent
            async def main(args):
                edit = await agent("echo edited > x", isolation="worktree")
                nobody = await agent("echo edited > x", isolation="worktree", provider="nobody")
                after = await agent("echo hello", provider="fake")
                return [[r.status, r.error] for r in (edit, nobody, after)]
            """);

    assertThat(output.get(0).get(0).stringValue()).isEqualTo("worktree_failed");
    assertThat(output.get(0).get(1).stringValue())
        .isEqualTo(
            "worktree isolation failed: %s is not inside a git repository. Run `git init` and commit there, or name another workspace."
                .formatted(project.top));
    assertThat(output.get(1).get(0).stringValue()).isEqualTo("worktree_failed");
    assertThat(output.get(2).get(0).stringValue()).isEqualTo("done");
    assertThat(project.marker()).doesNotExist();
    JsonNode calls = owf.calls("latest");
    assertThat(column(calls, "attempts").subList(0, 2)).as("askings of a provider").containsOnly(0);
    assertThat(column(calls, "cache_status")).containsExactly("bypassed", "bypassed", "miss");
  }

  @Test
  void withoutACommit() {
    Project project = Project.plain(owf, "young");
    project.sh("git init -q");

    assertFailedClosed(
        project, project.isolated("echo x > x"), "has no commit yet", "first commit");
  }

  @Test
  void withoutTheGitProgram() throws IOException {
    Project project = Project.repository(owf, "gitless");
    Path programs = Files.createDirectories(owf.directory().resolve("programs"));
    Files.createSymbolicLink(
        programs.resolve("python3"),
        Path.of(project.sh(Owf.python() + " -c 'import sys; print(sys.executable)'")));

    Owf.Finished finished =
        project
            .workflow(
                """
                from workflows import agent
                async def main(args):
                    r = await agent("echo x > x", isolation="worktree")
                    return {k: getattr(r, k) for k in ("status", "error", "cache_status", "worktree_path", "text")}
                """)
            .with("PATH", programs.toString())
            .run();

    assertFailedClosed(
        project, finished.json().get("output"), "git program cannot be started", "Install git");
  }

  @Test
  void withAGitDirectoryThatCannotBeWritten() {
    assumeTrue("root".equals(System.getProperty("user.name")), "binding a directory takes root");
    Project project = Project.repository(owf, "read-only");
    project.sh("mount --bind .git .git && mount -o remount,bind,ro .git");
    try {
      assertFailedClosed(
          project,
          project.isolated("echo x > x"),
          "cannot write to the repository's git directory");
    } finally {
      project.sh("umount .git");
    }
    assertThat(project.sh("git worktree list").lines()).hasSize(1);
  }

  @Test
  void withAFullDisk() throws IOException {
    Path place = Files.createDirectories(owf.directory().resolve("full"));
    try (LoopDisk disk = LoopDisk.in(place, 64)) {
      Project project = Project.repository(owf, "full/disk");
      // Many files: the new worktree's index takes more than the last few free blocks.
      project.sh(
          """
          for i in $(seq 2000); do echo $i > file$i; done; git add -A; git commit -qm many
          ballast='%s/ballast'
          for i in 1 2 3; do cat /dev/zero >> "$ballast" 2>/dev/null || true; sync "$ballast"; done
          """
              .formatted(disk.directory()));

      // The run itself is kept on another disk.
      assertFailedClosed(project, project.isolated("echo x > x"), "Make room on the disk");

      disk.makeRoom();
      assertThat(project.sh("git worktree list; git branch --list 'owf/*'").lines()).hasSize(1);
    }
  }

  @Test
  void withARepositoryThatVanishesInBetween() {
    Project project = Project.repository(owf, "vanishing");
    project.sh(
        "printf '#!/bin/sh\\nmv \"$(git rev-parse --path-format=absolute --git-common-dir)\" \"%s\"\\n' '"
            + project.top
            + "/moved' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout");

    assertFailedClosed(project, project.isolated("echo x > x"), "git");
  }

  @Test
  void withAHookThatFails() {
    Project project = Project.repository(owf, "hooked");
    project.sh(
        "printf '#!/bin/sh\\necho the hook says no >&2; exit 1\\n' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout");

    assertFailedClosed(
        project, project.isolated("echo x > x"), "git worktree add", "the hook says no");
    assertThat(project.sh("git worktree list; git branch --list 'owf/*'").lines()).hasSize(1);
  }

  @Test
  void withAHookThatAnEarlierAgentWrote() {
    Project project = Project.repository(owf, "planted");
    Path mark = owf.directory().resolve("planted-hook-ran");
    String script =
        """
        from workflows import agent
        async def main(args):
            first = await agent(%s, isolation="worktree")
            second = await agent("echo x > x", isolation="worktree")
            return [[r.status, r.error] for r in (first, second)]
        """
            .formatted(
                Project.python(
                    "d=$(git rev-parse --git-common-dir)/hooks; mkdir -p $d;"
                        + " printf '#!/bin/sh\\ntouch %s\\n' > $d/post-checkout; chmod +x $d/post-checkout"
                            .formatted(mark)));

    JsonNode output = project.output(script);

    assertThat(output.get(0).get(0).stringValue()).isEqualTo("done");
    assertThat(output.get(1).get(0).stringValue()).isEqualTo("worktree_failed");
    assertThat(output.get(1).get(1).stringValue())
        .contains("hooks/post-checkout", "owf trust --git " + project.top);
    assertThat(mark).doesNotExist();

    assertThat(owf.run("trust", "--git", project.top.toString()).exitCode()).isZero();
    assertThat(project.isolated("echo x > x").get("status").stringValue()).isEqualTo("done");
    assertThat(mark).exists();
  }

  @Test
  void withADisappearedWorkspace() {
    Project project = Project.repository(owf, "leaving");

    JsonNode output =
        project.output(
            """
            import os, pathlib
            from workflows import agent
            async def main(args):
                pathlib.Path(%s).rename(%s)
                r = await agent("echo x > x", isolation="worktree")
                return {k: getattr(r, k) for k in ("status", "error", "cache_status", "worktree_path", "text")}
            """
                .formatted(
                    Project.python(project.top.toString()), Project.python(project.top + "-left")));

    assertFailedClosed(project, output, "is not there any more", "Name another");
  }
}
