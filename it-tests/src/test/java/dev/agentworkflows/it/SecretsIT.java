package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Providers' keys stay with the coordinator, and what repeats one is blotted out. */
class SecretsIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String KEY = "sk-test-4f9c1a77d2e85b03aa61";

  @Test
  @Tag("smoke")
  void neitherTokenNorKeysReachTheScriptOrItsChildren() {
    Finished finished =
        owf.command(
                "run",
                owf.script(
                        "environment.py",
                        """
                        import json, os, subprocess, sys
                        LIST = "import json, os; print(json.dumps(dict(os.environ)))"
                        async def main(args):
                            child = subprocess.run([sys.executable, "-c", LIST], capture_output=True, text=True)
                            return [dict(os.environ), json.loads(child.stdout)]
                        """)
                    .toString(),
                "--json")
            .with("OPENAI_API_KEY", KEY)
            .with("ANTHROPIC_API_KEY", KEY + "a")
            .with("GROQ_KEY", KEY + "g")
            .with("OWF_PROVIDER_GROQ_API_KEY_ENV", "GROQ_KEY")
            .with("UNRELATED", "kept")
            .run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    JsonNode output = finished.json().get("output");
    assertThat(output)
        .hasSize(2)
        .allSatisfy(environment -> {
          assertThat(environment.get("UNRELATED").stringValue()).isEqualTo("kept");
          assertThat(environment.propertyNames())
              .doesNotContain(
                  "OPENAI_API_KEY",
                  "ANTHROPIC_API_KEY",
                  "GROQ_KEY",
                  "OWF_RUN_TOKEN",
                  "OWF_COORDINATOR");
        });
    assertThat(finished.stdout()).doesNotContain(KEY, "redacted");
  }

  @Test
  void aKeyThatAScriptRepeatsIsWrittenNowhere() throws IOException {
    Path script =
        owf.script(
            "leaky.py",
            """
            from workflows import agent, log, meta, phase
            KEY = open("%s").read()
            meta(name="leaky " + KEY, description="with " + KEY, phases=[KEY])
            async def main(args):
                phase("phase " + KEY)
                log("log " + KEY, data={"deep": [KEY], KEY: 1})
                result = await agent(
                    "prompt " + KEY, label="label " + KEY, model="model " + KEY, agent_type=KEY,
                    read_scope=[KEY], permissions={"x": KEY}, cache_namespace=KEY,
                    metadata={"note": KEY, "fake": {"text": "answer " + KEY}})
                await agent("typed", schema={"type": "object", "description": KEY}, metadata={"fake": {"value": {KEY: KEY}}})
                await agent("wrong", schema={"const": KEY}, metadata={"fake": {"value": "not " + KEY}})
                await agent("fails", metadata={"fake": {"error": "401: wrong key " + KEY}})
                await agent("nobody", provider=KEY)
                await agent("isolated", isolation="worktree", write_scope=[KEY])
                result.prompt_path
                if args.get("fail"):
                    raise RuntimeError("with " + KEY)
                return {"key": KEY, KEY: [KEY]}
            """
                .formatted(Owf.write(owf.userHome().resolve("key"), KEY)));

    Finished done = withKey("run", script.toString(), "--json", "--arg", "key=" + KEY);
    Finished failed = withKey("run", script.toString(), "--arg", "fail=1");
    List<Finished> looks =
        Stream.of("artifacts", "status", "events", "output")
            .map(look -> withKey(look, done.json().get("run_id").stringValue()))
            .toList();

    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.json().at("/output/key").stringValue()).isEqualTo("[redacted:OPENAI_API_KEY]");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.stderr()).contains("with [redacted:OPENAI_API_KEY]");
    assertThat(Stream.concat(Stream.of(done, failed), looks.stream()))
        .allSatisfy(
            finished -> assertThat(finished.stdout() + finished.stderr()).doesNotContain(KEY));
    String call = done.json().get("run_id").stringValue() + "_call_0001";
    assertThat(withKey("cat", call, "--prompt").stdout())
        .isEqualTo("prompt [redacted:OPENAI_API_KEY]\n");
    for (Path directory : List.of(owf.home(), owf.cache())) {
      try (Stream<Path> all = Files.walk(directory)) {
        assertThat(all.filter(Files::isRegularFile))
            .isNotEmpty()
            .allSatisfy(file ->
                assertThat(
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                            .contains(KEY))
                    .as("%s holds the key", file)
                    .isFalse());
      }
    }
  }

  private static Finished withKey(String... arguments) {
    return owf.command(arguments).with("OPENAI_API_KEY", KEY).run();
  }
}
