package dev.agentworkflows.it.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Workflows whose calls go to the real agent programs. */
class AgentRunsIT {

  @RegisterExtension
  static final AgentPrograms PROGRAMS =
      AgentPrograms.answering(
          """
          {"fixtures": [{"match": {"userMessage": "hello"}, "response": {"content": "good day"}}]}
          """);

  @RegisterExtension static final Owf OWF = new Owf();

  private static final String SCRIPT =
      """
      from workflows import agent

      async def main(args):
          result = await agent("hello")
          return [result.status, result.text, result.error]
      """;

  @Test
  void aCallIsAnsweredByClaude() {
    assertThat(run("claude").get("output").toString()).isEqualTo("[\"done\",\"good day\",null]");
  }

  @Test
  void aCallIsAnsweredByCodexUnderItsOtherName() {
    assertThat(run("codex-cli").get("output").toString()).isEqualTo("[\"done\",\"good day\",null]");
  }

  @Test
  void aMissingProgramIsNamedWithWhatToDo() {
    Path script = OWF.script("missing.py", SCRIPT);
    JsonNode output =
        OWF.command("run", script.toString(), "--provider", "claude", "--json")
            .with("OWF_PROVIDER_CLAUDE_PROGRAM", "no-such-claude")
            .run()
            .json()
            .get("output");
    assertThat(output.get(0).asString()).isEqualTo("provider_failed");
    assertThat(output.get(2).asString())
        .contains("'no-such-claude'", "npm install -g", "OWF_PROVIDER_CLAUDE_PROGRAM");
  }

  private static JsonNode run(String provider) {
    Path script = OWF.script(provider + ".py", SCRIPT);
    Owf.Invocation run = OWF.command("run", script.toString(), "--provider", provider, "--json");
    PROGRAMS.environment().forEach(run::with);
    PROGRAMS.keys().forEach(run::with);
    // HOME is another one here, where nobody noted who made the home of the runs.
    run.with("OWF_TRUST_HOMES", "1");
    Owf.Finished finished = run.run();
    JsonNode document = finished.json();
    assertThat(document.has("output")).as(finished.toString()).isTrue();
    return document;
  }
}
