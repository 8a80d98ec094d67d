package dev.agentworkflows.it.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Calls with several providers, by the command line: claude is limited, openai has no key. */
class FallbackIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String SCRIPT =
      """
      from workflows import agent
      async def main(args):
          results = []
          for i in range(3):
              result = await agent(f"question {i}", label="review-1", provider=["claude", "openai", "fake"])
              results.append([result.text, result.provider, result.cache_status])
          return results
      """;

  private static final String CLAUDE =
      """
      #!/usr/bin/env python3
      import json, os, sys, time
      sys.stdin.read()
      with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "log"), "a") as log:
          log.write("asked\\n")
      def tell(event):
          print(json.dumps(event), flush=True)
      tell({"type": "rate_limit_event", "rate_limit_info": {"status": "rejected",
            "rateLimitType": "five_hour", "resetsAt": int(time.time()) + 18000}})
      tell({"type": "result", "subtype": "success", "is_error": True, "api_error_status": 429,
            "result": "You've hit your session limit", "usage": {}})
      """;

  private static Owf.Invocation command(String name, String... arguments) throws Exception {
    Path directory = owf.directory().resolve(name);
    Path program = directory.resolve("claude");
    if (!Files.exists(program)) {
      Owf.write(program, CLAUDE);
      assertThat(program.toFile().setExecutable(true)).isTrue();
    }
    return owf.command(arguments)
        .with("OWF_PROVIDER_CLAUDE_PROGRAM", program.toString())
        .with("OPENAI_API_KEY", "")
        .with("OWF_HOME", directory.resolve("home").toString());
  }

  @Test
  @Timeout(120)
  void whoCouldNotAnswerIsToldEverywhere() throws Exception {
    String script = owf.script("fallback.py", SCRIPT).toString();
    Finished run = command("everywhere", "run", script, "--json").run();
    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.json().get("output").toString())
        .isEqualTo(
            "[[\"question 0\",\"fake\",\"miss\"],[\"question 1\",\"fake\",\"miss\"],"
                + "[\"question 2\",\"fake\",\"miss\"]]");
    assertThat(Files.readAllLines(owf.directory().resolve("everywhere/log"))).hasSize(1);

    JsonNode calls = command("everywhere", "calls", "latest", "--json").run().json();
    JsonNode tried = calls.get(2).get("tried");
    assertThat(tried.get(0).get("provider").asString()).isEqualTo("claude");
    assertThat(tried.get(0).get("kind").asString()).isEqualTo("usage_limited");
    assertThat(tried.get(0).get("error").asString()).contains("takes calls again at");
    assertThat(tried.get(1).get("provider").asString()).isEqualTo("openai");
    assertThat(tried.get(1).get("kind").asString()).isEqualTo("unavailable");
    assertThat(tried.get(1).get("error").asString()).contains("OPENAI_API_KEY");
    assertThat(calls.get(2).get("provider").asString()).isEqualTo("fake");

    assertThat(command("everywhere", "status", "latest").run().stdout())
        .contains("could not answer: claude (usage_limited)", "asked after that: fake");
    assertThat(command("everywhere", "events", "latest").run().stdout())
        .contains("claude (usage_limited)", "so openai is asked", "so fake is asked");
    Path report = owf.directory().resolve("everywhere/report.html");
    Finished written =
        command("everywhere", "report", "latest", "--html", "--out", report.toString()).run();
    assertThat(written.exitCode()).as(written.toString()).isZero();
    assertThat(Files.readString(report)).contains("Could not answer", "claude (usage_limited)");

    JsonNode resumed = command("everywhere", "resume", "latest", "--json").run().json();
    assertThat(resumed.get("output").get(1).toString())
        .isEqualTo("[\"question 1\",\"fake\",\"hit\"]");
  }

  @Test
  @Timeout(120)
  void aListAndRoutesAreTakenByTheCommandLine() throws Exception {
    String script =
        owf.script(
                "routed.py",
                """
                from workflows import agent
                async def main(args):
                    return [(await agent("p", label=label)).provider for label in ("x", "review-1")]
                """)
            .toString();
    Path file = owf.directory().resolve("routed/providers.json");
    Owf.write(
        file,
        """
        {"providers": {"mine": {"kind": "fake"}},
         "routes": [{"label": "review-*", "provider": "openai", "fallback": ["mine"]}]}
        """);
    Finished run =
        command("routed", "run", script, "--provider", "openai,fake", "--json")
            .with("OWF_PROVIDERS_FILE", file.toString())
            .run();
    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.json().get("output").toString()).isEqualTo("[\"fake\",\"mine\"]");
    Finished twice = command("routed", "run", script, "--provider", "fake,fixture").run();
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.stderr()).contains("'fake' is there twice");
    Finished unknown = command("routed", "run", script, "--provider", "fake,opanai").run();
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.stderr()).contains("unknown provider 'opanai' (did you mean openai?)");
  }

  @Test
  void misuseIsAnErrorOfTheScript() throws Exception {
    String script =
        owf.script(
                "twice.py",
                """
                from workflows import agent
                async def main(args):
                    await agent("p", provider=["claude", "claude-cli"])
                """)
            .toString();
    Finished run = command("twice", "run", script).run();
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.stderr())
        .contains("ValueError", "'claude-cli' is in the list twice; it is another name of claude");
  }
}
