package dev.agentworkflows.it.agents;

import static dev.agentworkflows.it.Json.plain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The real claude edits in a worktree, and a person takes what it did. */
class AgentWorktreesIT {

  @RegisterExtension
  static final AgentPrograms PROGRAMS =
      AgentPrograms.answering(
          """
          {"fixtures": [
            {"match": {"userMessage": "write the notes", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "Write", "arguments": {"file_path": "notes.md", "content": "written by claude\\n"}}]}},
            {"match": {"userMessage": "read the notes", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "Read", "arguments": {"file_path": "notes.md"}},
              {"name": "Write", "arguments": {"file_path": "notes.md", "content": "by a reviewer\\n"}}]}},
            {"match": {"userMessage": "add more", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "Write", "arguments": {"file_path": "more.md", "content": "more of claude\\n"}}]}},
            {"match": {"hasToolResult": true}, "response": {"content": "the notes are written"}}
          ]}
          """);

  @RegisterExtension static final Owf OWF = new Owf();

  private static Owf.Invocation command(Path directory, String... arguments) {
    Owf.Invocation command = OWF.command(arguments).in(directory);
    PROGRAMS.environment().forEach(command::with);
    PROGRAMS.keys().forEach(command::with);
    return command;
  }

  private static String git(Path directory, String script) {
    Owf.Finished finished = OWF.program(List.of("sh", "-ec", script)).in(directory).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.stdout().strip();
  }

  private static Path repository(String name) throws IOException {
    Path top = Files.createDirectories(OWF.directory().resolve(name));
    git(
        top,
        """
        git init -q -b main; git config user.name a; git config user.email a@b
        echo hello > README; git add -A; git commit -qm first
        """);
    return top;
  }

  private static JsonNode isolated(Path top, String provider, String prompt) {
    Path script =
        OWF.script(
            "edit_" + top.getFileName() + ".py",
            """
            from workflows import agent
            async def main(args):
                r = await agent(%s, isolation="worktree")
                return {k: getattr(r, k) for k in ("status", "text", "error", "call_id", "worktree_path", "changed_files", "transcript_path")}
            """
                .formatted(Json.write(prompt)));
    Owf.Finished run =
        command(top, "run", script.toString(), "--provider", provider, "--json")
            .and("--workspace", top.toString())
            .run();
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return run.json().get("output");
  }

  @Test
  void whatClaudeWritesIsInTheWorktreeUntilAPersonTakesIt() throws IOException {
    Path top = repository("with-claude");

    JsonNode result = isolated(top, "claude", "write the notes");

    assertThat(result.get("status").stringValue()).as(result.toString()).isEqualTo("done");
    assertThat(result.get("text").stringValue()).isEqualTo("the notes are written");
    assertThat(plain(result.get("changed_files"))).isEqualTo(List.of("notes.md"));
    Path worktree = Path.of(result.get("worktree_path").stringValue());
    assertThat(worktree.resolve("notes.md")).hasContent("written by claude\n");
    assertThat(top.resolve("notes.md")).doesNotExist();
    assertThat(Path.of(result.get("transcript_path").stringValue()))
        .content()
        .contains("\"Write\"")
        .doesNotContain(PROGRAMS.keys().get("ANTHROPIC_API_KEY"));

    String call = result.get("call_id").stringValue();
    assertThat(command(top, "diff", call).run().stdout())
        .contains("+++ b/notes.md", "+written by claude");
    Owf.Finished applied = command(top, "apply", call).run();
    assertThat(applied.exitCode()).as(applied.toString()).isZero();
    assertThat(top.resolve("notes.md")).hasContent("written by claude\n");
    assertThat(git(top, "git status --porcelain")).isEqualTo("?? notes.md");
    assertThat(command(top, "gc").run().stdout()).contains("removed " + call);
    assertThat(worktree).doesNotExist();
    assertThat(git(top, "git worktree list; git branch --list 'owf/*'").lines()).hasSize(1);
  }

  @Test
  void claudeReadsInAnothersWorktreeAndGoesOnInIt() throws IOException {
    Path top = repository("several-claudes");
    Path script =
        OWF.script(
            "several.py",
            """
            from workflows import agent
            async def main(args):
                first = (await agent("write the notes", isolation="worktree")).require_ok()
                review = (await agent("read the notes", worktree=first)).require_ok()
                last = (await agent("add more", isolation="worktree", worktree=first)).require_ok()
                return {"tree": last.worktree_path, "changed": last.changed_files, "left": review.worktree_path}
            """);
    Owf.Finished run =
        command(top, "run", script.toString(), "--provider", "claude", "--json")
            .and("--workspace", top.toString())
            .run();
    assertThat(run.exitCode()).as(run.toString()).isZero();

    JsonNode output = run.json().get("output");
    assertThat(plain(output.get("changed"))).isEqualTo(List.of("more.md", "notes.md"));
    assertThat(Path.of(output.get("tree").stringValue()).resolve("notes.md"))
        .as("a reviewer may not write")
        .hasContent("written by claude\n");
    assertThat(output.get("left").isNull()).isTrue();
    assertThat(git(top, "git status --porcelain")).isEmpty();
  }

  @Test
  void aClaudeThatChangesNothingLeavesNothing() throws IOException {
    Path top = repository("idle-claude");

    JsonNode result = isolated(top, "claude", "nothing that a fixture knows");

    // The model on loopback has no answer; whatever claude makes of it, nothing is left behind.
    assertThat(result.get("worktree_path").isNull()).as(result.toString()).isTrue();
    assertThat(git(top, "git worktree list; git branch --list 'owf/*'").lines()).hasSize(1);
  }
}
