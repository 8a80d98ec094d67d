package dev.agentworkflows.it.isolation;

import static dev.agentworkflows.it.Json.column;
import static dev.agentworkflows.it.Json.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class WorktreesIT {

  @RegisterExtension static final Owf owf = new Owf();

  @Test
  @Tag("smoke")
  void anEditIsInTheWorktreeAndNotInTheCheckout() {
    Project project = Project.repository(owf, "edited");
    String before = project.state();

    JsonNode result = project.isolated("echo more >> a.txt; echo x > 'new file'; pwd");

    assertThat(result.get("status").stringValue()).isEqualTo("done");
    Path worktree = Path.of(result.get("worktree_path").stringValue());
    assertThat(result.get("text").stringValue()).isEqualTo(worktree.toString());
    assertThat(plain(result.get("changed_files"))).isEqualTo(List.of("a.txt", "new file"));
    assertThat(worktree.resolve("a.txt")).hasContent("one\ntwo\nthree\nmore\n");
    assertThat(worktree).startsWithRaw(owf.home().resolve("runs"));
    String callId = result.get("call_id").stringValue();
    String runId = callId.substring(0, callId.indexOf("_call_"));
    assertThat(result.get("worktree_branch").stringValue())
        .isEqualTo("owf/" + runId + "/" + callId);
    assertThat(Path.of(result.get("transcript_path").stringValue()))
        .hasContent("{\"exit_code\":0}\n");
    assertThat(project.state()).isEqualTo(before);
  }

  @Test
  void aProgramInTheRepositoryIsNotTakenForGit() {
    Project project = Project.repository(owf, "posing");
    Path mark = owf.directory().resolve("a program of the repository ran");
    project.sh(
        """
        printf '#!/bin/sh\\ntouch "%s"\\nexec "%s" "$@"\\n' > git
        chmod +x git; cp git cat; git add -A; git commit -qm programs
        git config filter.keep.smudge cat; git config filter.keep.clean cat
        echo '*.txt filter=keep' > .git/info/attributes
        """
            .formatted(mark, project.sh("command -v git")));

    Owf.Finished finished =
        project
            .workflow(
                """
                from workflows import agent
                async def main(args):
                    return (await agent("echo x > x", isolation="worktree")).changed_files
                """)
            // As `PATH=$UNSET:$PATH` makes it: first the directory that a program is started in.
            .with("PATH", ":" + System.getenv("PATH"))
            .run();

    assertThat(plain(finished.json().get("output"))).isEqualTo(List.of("x"));
    assertThat(mark).doesNotExist();
  }

  @Test
  @Tag("smoke")
  void nothingStaysOfAWorktreeThatNobodyTouched() {
    Project project = Project.repository(owf, "untouched");

    JsonNode result = project.isolated("cat a.txt; echo log > some.log");

    assertThat(result.get("worktree_path").isNull()).isTrue();
    assertThat(result.get("worktree_branch").isNull()).isTrue();
    assertThat(plain(result.get("changed_files"))).isEqualTo(List.of());
    assertThat(project.sh("git worktree list; git branch --list 'owf/*'").lines()).hasSize(1);
    assertThat(owf.calls("latest").get(0).get("worktree_path").isNull()).isTrue();
  }

  @Test
  @Tag("smoke")
  void aCommittedEditSurvivesAProviderThatFails() {
    Project project = Project.repository(owf, "failing");

    JsonNode result =
        project.isolated("echo x > n; git add n; git commit -qm n; echo went wrong; exit 7");

    assertThat(result.get("status").stringValue()).isEqualTo("provider_failed");
    assertThat(result.get("error").stringValue()).contains("went wrong");
    assertThat(plain(result.get("changed_files"))).isEqualTo(List.of("n"));
    assertThat(Path.of(result.get("worktree_path").stringValue()).resolve("n")).hasContent("x\n");
  }

  @Test
  void whatACancelledCallDidIsKept() {
    Project project = Project.repository(owf, "cancelled");

    JsonNode output =
        project.output(
            """
            import asyncio, pathlib
            from workflows import agent
            async def main(args):
                written = pathlib.Path(%s)
                task = asyncio.ensure_future(agent(f"echo x > n; touch '{written}'; sleep 300", isolation="worktree"))
                while not written.exists():
                    await asyncio.sleep(0.05)
                task.cancel()
                try:
                    await task
                except asyncio.CancelledError:
                    return "cancelled"
            """
                .formatted(Project.python(owf.directory().resolve("cancel-now").toString())));

    assertThat(output.stringValue()).isEqualTo("cancelled");
    JsonNode call = owf.calls("latest").get(0);
    assertThat(call.get("status").stringValue()).isEqualTo("cancelled");
    assertThat(plain(call.get("changed_files"))).isEqualTo(List.of("n"));
    assertThat(Path.of(call.get("worktree_path").stringValue()).resolve("n")).exists();
  }

  @Test
  void whatACallDidBeforeASignalIsKeptAndRecorded() {
    Project project = Project.repository(owf, "signalled");
    OwfProcess run =
        project
            .workflow(
                """
                from workflows import agent
                async def main(args):
                    await agent("echo x > n; echo y > '%s'; sleep 300", isolation="worktree")
                """
                    .formatted(owf.directory().resolve("signalled-now")))
            .start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(owf.directory().resolve("signalled-now")));

    run.terminate();

    assertThat(run.finish().exitCode()).isEqualTo(143);
    JsonNode call = owf.calls("latest").get(0);
    assertThat(call.get("status").stringValue()).isEqualTo("cancelled");
    assertThat(plain(call.get("changed_files"))).isEqualTo(List.of("n"));
    assertThat(Path.of(call.get("worktree_path").stringValue()).resolve("n")).hasContent("x\n");
  }

  @Test
  void aWorktreeThatCannotBeRemovedIsToldOfAndLeftToGc() {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting takes root");
    Project project = Project.repository(owf, "stuck");

    JsonNode result = project.isolated("mkdir stuck.log; mount -t tmpfs none stuck.log; pwd");

    String worktree = result.get("text").stringValue();
    try {
      assertThat(result.get("status").stringValue()).isEqualTo("done");
      assertThat(String.valueOf(column(owf.json("events", "latest"), "message")))
          .contains(
              "the empty worktree " + worktree + " could not be removed",
              "The next gc will try again");
      assertThat(project.command("gc").run().stdout())
          .contains("keeping " + result.get("call_id").stringValue());
    } finally {
      project.sh("umount '" + worktree + ".leaving/stuck.log'");
    }
    assertThat(project.command("gc").run().stdout())
        .contains("removed " + result.get("call_id").stringValue());
    assertThat(Path.of(worktree)).doesNotExist();
    assertThat(project.sh("git worktree list; git branch --list 'owf/*'").lines()).hasSize(1);
  }

  @Test
  void aMutatingCallIsAskedAgainOnEveryRunAndResume() {
    Project project = Project.repository(owf, "again");
    project.isolated("echo x > n", "--cache-policy", "auto");

    Owf.Finished resumed = project.command("resume", "latest", "--json").run();

    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    JsonNode output = resumed.json().get("output");
    assertThat(output.get("cache_status").stringValue()).isEqualTo("bypassed");
    assertThat(plain(output.get("changed_files"))).isEqualTo(List.of("n"));
    assertThat(project.marker()).content().hasLineCount(2);
  }

  @Test
  void namesArriveInPythonAsTheFileSystemHasThem() {
    Project project = Project.repository(owf, "names");

    JsonNode output =
        project.output(
            """
            import os
            from workflows import agent
            NAMES = [b" lead", b"-dash", b'q"uote', b"tab\\there", b"new\\nline", "\\u00fc \\U0001f600".encode(), b"caf\\xe9"]
            async def main(args):
                script = "".join("printf x > ./\\"$(printf '%%bE' '%s')\\"; " % "".join("\\\\0%03o" % b for b in n) for n in NAMES)
                r = await agent(script, isolation="worktree")
                r.require_ok()
                got = sorted(os.fsencode(f) for f in r.changed_files)
                return [got == sorted(n + b"E" for n in NAMES), [os.fsencode(f).hex() for f in r.changed_files]]
            """);

    assertThat(output.get(0).booleanValue()).as(output.toString()).isTrue();
  }

  @Test
  void aCheckoutWithUncommittedChangesIsWarnedOfOnce() {
    Project project = Project.repository(owf, "dirty");
    project.sh("echo changed > b.txt; echo new > n");

    project.output(
        """
        from workflows import agent, parallel
        async def main(args):
            rs = await parallel([lambda: agent("cat b.txt; ls", isolation="worktree") for _ in range(3)])
            assert {r.text for r in rs} == {"b\\na.txt\\nb.txt\\nimage.bin"}, rs
        """);

    List<Object> warnings =
        column(owf.json("events", "latest"), "message").stream()
            .filter(message -> String.valueOf(message).contains("uncommitted"))
            .map(Object.class::cast)
            .toList();
    assertThat(warnings).hasSize(1);
    assertThat(String.valueOf(warnings.get(0)))
        .contains(project.top + " has uncommitted changes (2 files)", "start at HEAD");
  }

  @Test
  void aCheckoutWithABrokenSubmoduleGivesWorktrees() {
    Project project = Project.repository(owf, "broken-submodule");
    project.sh(
        "git init -q ../lib-of-it; (cd ../lib-of-it; git commit -q --allow-empty -m l);"
            + " git -c protocol.file.allow=always submodule --quiet add ../lib-of-it lib; git commit -qm s;"
            + " rm -rf .git/modules/lib");

    JsonNode result = project.isolated("echo x > n");

    assertThat(result.get("status").stringValue()).as(result.toString()).isEqualTo("done");
    assertThat(plain(result.get("changed_files"))).isEqualTo(List.of("n"));
    assertThat(String.valueOf(column(owf.json("events", "latest"), "message")))
        .as("nobody looks into a submodule for the user's changes")
        .doesNotContain("could not look");
  }

  @Test
  void aScriptInTheRepositoryLeavesNoTraceThere() {
    Project project = Project.repository(owf, "own-script");
    Owf.write(project.top.resolve("helper.py"), "PROMPT = 'echo x > n'\n");
    Owf.write(
        project.top.resolve("flow.py"),
        """
        import helper
        from workflows import agent
        async def main(args):
            return (await agent(helper.PROMPT, isolation="worktree")).changed_files
        """);
    project.sh("git add -A; git commit -qm flow");
    String before = project.state();

    Owf.Finished finished =
        project.command("run", "flow.py", "--provider", "shell", "--json").run();

    assertThat(plain(finished.json().get("output"))).isEqualTo(List.of("n"));
    assertThat(project.state()).isEqualTo(before);
    assertThat(project.top.resolve("__pycache__")).doesNotExist();
  }

  @Test
  void filesThatTheAgentNeedsAreCopied() {
    Project project = Project.repository(owf, "included");
    project.sh("echo KEY=1 > .env; echo .env > .worktreeinclude");

    JsonNode result = project.isolated("cat .env");

    assertThat(result.get("text").stringValue()).isEqualTo("KEY=1");
    assertThat(result.get("worktree_path").isNull()).isTrue();
  }

  @Test
  void fortyEightCallsFromTwoCoordinatorsAllSucceed() {
    Project project = Project.repository(owf, "crowded");
    project.sh("for i in $(seq 200); do echo $i > f$i; done; git add -A; git commit -qm many");
    String before = project.state();
    String script =
        """
        from workflows import agent, parallel
        async def main(args):
            rs = await parallel([lambda i=i: agent(f"echo {i} > mine; git add mine; git commit -qm mine", isolation="worktree")
                                 for i in range(24)])
            return [[r.status, r.error, r.changed_files, r.worktree_path] for r in rs]
        """;

    OwfProcess one = project.workflow(script).start();
    OwfProcess two =
        project
            .workflow(script)
            .with("OWF_HOME", owf.directory().resolve("second-home").toString())
            .start();

    for (OwfProcess process : List.of(one, two)) {
      JsonNode output = process.finish().json().get("output");
      for (int i = 0; i < 24; i++) {
        assertThat(output.get(i).get(0).stringValue())
            .as(output.get(i).toString())
            .isEqualTo("done");
        assertThat(plain(output.get(i).get(2))).isEqualTo(List.of("mine"));
        assertThat(Path.of(output.get(i).get(3).stringValue()).resolve("mine"))
            .hasContent(i + "\n");
      }
    }
    assertThat(project.sh("git worktree list").lines()).hasSize(49);
    assertThat(project.state()).isEqualTo(before);
  }

  @Test
  void gitVariablesOfAHookDoNotLeadTheAgentAway() {
    Project project = Project.repository(owf, "in-a-hook");

    Owf.Finished finished =
        project
            .workflow(
                """
                from workflows import agent
                async def main(args):
                    r = await agent("echo x > n; git add n; git commit -qm n", isolation="worktree")
                    return r.changed_files
                """)
            .with("GIT_DIR", project.top.resolve(".git").toString())
            .with("GIT_WORK_TREE", project.top.toString())
            .with("GIT_INDEX_FILE", project.top.resolve(".git/index").toString())
            .run();

    assertThat(plain(finished.json().get("output"))).isEqualTo(List.of("n"));
    assertThat(project.sh("git log --oneline").lines()).hasSize(1);
    assertThat(project.sh("git status --porcelain")).isEmpty();
  }

  @Test
  void theClosingLinesTellWhereToLook() {
    Project project = Project.repository(owf, "told");
    Path script =
        owf.script(
            "told.py",
            """
            from workflows import agent
            async def main(args):
                await agent("echo x > n", isolation="worktree")
            """);

    Owf.Finished finished =
        project
            .command(
                "run",
                script.toString(),
                "--provider",
                "shell",
                "--workspace",
                project.top.toString())
            .run();

    assertThat(finished.stdout())
        .containsPattern("worktree: 1 changed file: `owf diff run_\\S+_call_0001`");
    assertThat(Files.exists(owf.home())).isTrue();
  }
}
