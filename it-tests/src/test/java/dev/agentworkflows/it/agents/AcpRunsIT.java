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

/** Workflows whose calls go to real agents over the Agent Client Protocol. */
class AcpRunsIT {

  @RegisterExtension
  static final AcpPrograms PROGRAMS =
      AcpPrograms.answering(
          """
          {"fixtures": [
            {"match": {"userMessage": "write the notes", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "write", "arguments": {"filePath": "notes.md", "content": "written by opencode\\n"}}]}},
            {"match": {"hasToolResult": true}, "response": {"content": "the notes are written"}},
            {"match": {"userMessage": "how many"}, "response": {"content": "Here it is: {\\"count\\": 3}"}},
            {"match": {"userMessage": "hello"}, "response": {"content": "good day"}}
          ]}
          """);

  @RegisterExtension static final Owf OWF = new Owf();

  @Test
  void whatOpencodeWritesIsInTheWorktreeUntilAPersonTakesIt() throws IOException {
    Path top = Files.createDirectories(OWF.directory().resolve("with-opencode"));
    Owf.Finished made =
        OWF.program(
                List.of(
                    "sh",
                    "-ec",
                    """
                    git init -q -b main; git config user.name a; git config user.email a@b
                    echo hello > README; git add -A; git commit -qm first
                    """))
            .in(top)
            .run();
    assertThat(made.exitCode()).as(made.toString()).isZero();

    JsonNode result = call(top, "opencode", "'write the notes', isolation='worktree'");

    assertThat(result.get("status").stringValue()).as(result.toString()).isEqualTo("done");
    assertThat(result.get("text").stringValue()).isEqualTo("the notes are written");
    assertThat(plain(result.get("changed_files"))).isEqualTo(List.of("notes.md"));
    assertThat(Path.of(result.get("worktree_path").stringValue()).resolve("notes.md"))
        .hasContent("written by opencode\n");
    assertThat(top.resolve("notes.md")).doesNotExist();
    assertThat(Path.of(result.get("transcript_path").stringValue()))
        .content()
        .contains("session/update", "tool_call");
  }

  @Test
  void aSchemaIsAskedForInThePrompt() {
    JsonNode result =
        call(
            OWF.directory(),
            "opencode",
            "'how many', schema={'type': 'object', 'required': ['count'],"
                + " 'properties': {'count': {'type': 'integer'}}}");
    assertThat(result.get("value").toString()).as(result.toString()).isEqualTo("{\"count\":3}");
  }

  @Test
  void anEntryWithACommandIsAProviderOfItsOwn() throws IOException {
    Path providers = OWF.directory().resolve("providers.json");
    Files.writeString(
        providers,
        """
        {"providers": {"mine": {"kind": "acp", "command": [%s, "acp"], "read_only_mode": "plan"}}}
        """
            .formatted(Json.write(PROGRAMS.programs().resolve("opencode").toString())));
    Path script = script("mine", "'hello'");
    Owf.Finished run =
        command("run", script.toString(), "--provider", "mine", "--json")
            .with("OWF_PROVIDERS_FILE", providers.toString())
            .run();
    JsonNode result = run.json().get("output");
    assertThat(result.get("text").asString()).as(run.toString()).isEqualTo("good day");
  }

  @Test
  void anAgentWithoutAReadOnlyModeIsRefusedByName() {
    JsonNode result = call(OWF.directory(), "goose", "'hello'");
    assertThat(result.get("status").stringValue()).isEqualTo("provider_failed");
    assertThat(result.get("error").stringValue())
        .contains("goose is not used for read-only calls", "isolation=\"worktree\"");
  }

  private static JsonNode call(Path workspace, String provider, String arguments) {
    Path script = script(provider + arguments.hashCode(), arguments);
    Owf.Finished run =
        command("run", script.toString(), "--provider", provider, "--json")
            .and("--workspace", workspace.toString())
            .run();
    assertThat(run.json().has("output")).as(run.toString()).isTrue();
    return run.json().get("output");
  }

  private static Path script(String name, String arguments) {
    return OWF.script(
        name + ".py",
        """
        from workflows import agent
        async def main(args):
            r = await agent(%s)
            return {k: getattr(r, k) for k in ("status", "text", "value", "error", "worktree_path", "changed_files", "transcript_path")}
        """
            .formatted(arguments));
  }

  private static Owf.Invocation command(String... arguments) {
    Owf.Invocation command = OWF.command(arguments);
    PROGRAMS.environment().forEach(command::with);
    // HOME is another one here, where nobody noted who made the home of the runs.
    command.with("OWF_TRUST_HOMES", "1");
    return command;
  }
}
