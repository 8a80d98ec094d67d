package dev.agentworkflows.it.secrets;

import static dev.agentworkflows.it.secrets.KeyHunt.python;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * Keys are planted; providers and scripts repeat them wherever they can; they are found nowhere.
 */
@Tag("slow")
class PlantedKeyIT {

  @RegisterExtension static final Owf owf = new Owf();

  private EchoingProvider provider;
  private KeyHunt hunt;

  @BeforeEach
  void plant() throws IOException {
    provider = new EchoingProvider(KeyHunt.KEYS);
    hunt = new KeyHunt(owf, provider.url());
  }

  @AfterEach
  void closeProvider() throws IOException {
    provider.close();
  }

  @Test
  void theSearchSeesThroughEveryDisguise() {
    for (PlantedKey key : KeyHunt.KEYS) {
      key.disguises()
          .forEach((name, disguise) ->
              assertThat(key.foundIn(("x" + disguise + "y").getBytes(StandardCharsets.UTF_8)))
                  .as("%s of %s", name, key.variable())
                  .isNotEmpty());
      assertThat(key.foundIn("[redacted:OPENAI_API_KEY] %41\\".getBytes(StandardCharsets.UTF_8)))
          .isEmpty();
    }
  }

  @Test
  void whatProvidersRepeatIsFoundNowhere() throws IOException {
    Path script =
        owf.script(
            "echoes.py",
            """
            from workflows import agent, parallel
            SCENES = %s
            AGAIN = ("html", "cut", "endless")  # Asked again and again until time is up.
            SCHEMA = {"type": "object", "properties": {"found": {"type": "string"}}, "required": ["found"]}
            def ask(provider, scene):
                return lambda: agent("scene:" + scene, label=scene, provider=provider, timeout_seconds=2 if scene in AGAIN + ("limited",) else 30,
                    schema=SCHEMA if scene == "json" else None)
            async def main(args):
                providers = ("openai", "anthropic", "gemini", "groq")
                results = await parallel([ask(p, s) for p in providers for s in SCENES], concurrency=64)
                # At the end: a refused call slows all others of its provider.
                results += await parallel([ask(p, "limited") for p in providers])
                return [[r.provider, r.label, r.status, r.text, r.value, r.error, r.model] for r in results]
            """
                .formatted(python(String.join(" ", EchoingProvider.SCENES)) + ".split()"));
    Finished done = hunt.run("run", script.toString(), "--json", "--python", hunt.recorder());

    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(provider.served()).isGreaterThan(4 * EchoingProvider.SCENES.size());
    for (PlantedKey key : KeyHunt.KEYS) {
      assertThat(done.stdout()).contains("[redacted:" + key.variable() + "]");
    }
    assertThat(statuses(done.json().get("output"))).contains("done", "provider_failed");
    hunt.runAll(
        Stream.of(
                "status latest",
                "calls latest --json",
                "events latest",
                "output latest",
                "artifacts latest",
                "explain-cache latest",
                "report latest --html",
                "usage --json")
            .map(words -> words.split(" "))
            .toList());
    hunt.findNothing();
  }

  private static List<String> statuses(JsonNode output) {
    List<String> statuses = new ArrayList<>();
    output.forEach(row -> statuses.add(row.get(2).stringValue()));
    return statuses;
  }

  @Test
  void whatAScriptRepeatsIsFoundNowhere() throws IOException {
    PlantedKey key = KeyHunt.OPENAI;
    owf.script(
        "child.py",
        """
        from workflows import agent, log, meta
        meta(name="child")
        async def main(args):
            log("child got", args=args)
            return [args, (await agent("child " + str(args), label=str(args))).text]
        """);
    Path script =
        owf.script(
            "leaky.py",
            """
            import base64, json, urllib.parse
            from workflows import agent, log, meta, phase, workflow
            KEY = open(%s).read()
            WAYS = [KEY, json.dumps(KEY), base64.b64encode(b"x" + KEY.encode()).decode(), urllib.parse.quote(KEY, safe=""), repr(KEY)]
            ALL = " ".join(WAYS)
            meta(name="leaky " + KEY, description="with " + ALL, phases=WAYS)
            async def main(args):
                phase("phase " + ALL)
                log("log " + ALL, data={"deep": WAYS, KEY: 1})
                result = await agent(
                    "prompt " + ALL, label="label " + ALL, model="model " + KEY, agent_type=ALL,
                    read_scope=WAYS, permissions={"x": KEY, KEY: ALL}, cache_namespace=ALL,
                    metadata={"note": ALL, "fake": {"text": "answer " + ALL}})
                for policy in ("auto", "refresh", "disabled"):
                    await agent("again " + KEY, cache_policy=policy, label=KEY)
                await agent("typed", schema={"type": "object", "title": KEY, "description": ALL}, metadata={"fake": {"value": {KEY: KEY}}})
                await agent("wrong", schema={"type": "object", "properties": {KEY: {"const": KEY}}, "required": [KEY]}, metadata={"fake": {"value": {KEY: "not"}}})
                await agent("fails", metadata={"fake": {"error": "401: wrong key " + ALL}})
                await agent("nobody", provider=KEY)
                await agent("isolated", isolation="worktree", write_scope=[KEY])
                told = []
                for wrong in ({"type": KEY}, {"$ref": "#/" + KEY}, {"pattern": "(" + KEY}, {"$schema": KEY}, {"enum": KEY}):
                    try:
                        told.append((await agent("x", schema=wrong)).error)
                    except Exception as e:
                        told.append(repr(e))
                for wrong in (dict(isolation=KEY), dict(cache_policy=KEY)):
                    try:
                        await agent("x", **wrong)
                    except Exception as e:
                        told.append("misuse " + repr(e))
                child = await workflow("child.py", {"key": KEY, KEY: ALL})
                for path in (result.prompt_path, result.output_text_path, result.transcript_path): pass
                if args.get("fail") == "raise":
                    try:
                        {}[KEY]
                    except KeyError as e:
                        raise RuntimeError("with " + ALL) from e
                if args.get("fail") == "exit":
                    import sys
                    sys.exit("leaving with " + ALL)
                if args.get("fail") == "cycle":
                    loop = {KEY: []}
                    loop[KEY].append(loop)
                    return loop
                if args.get("fail") == "type":
                    return {KEY: object()}
                return {"key": KEY, KEY: WAYS, "told": told, "args": args, "child": child, "set": {KEY, ALL}}
            """
                .formatted(python(hunt.keyFile(key))));
    String[] run = {"run", script.toString(), "--python", hunt.recorder()};
    Finished done =
        hunt.run(
            hunt.command(run)
                .and(
                    "--json",
                    "--arg",
                    "key=" + key.value(),
                    "--arg",
                    key.value() + "=x",
                    "--model",
                    key.value()));
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.json().at("/output/key").stringValue()).isEqualTo("[redacted:OPENAI_API_KEY]");
    Stream.of("raise", "exit", "cycle", "type")
        .parallel()
        .forEach(way -> {
          Finished failed =
              hunt.run(
                  hunt.command(run)
                      .and(
                          "--args-json",
                          "{\"fail\": \"" + way + "\", \"k\": " + python(key.value()) + "}"));
          assertThat(failed.exitCode())
              .as(failed.toString())
              .isEqualTo(way.equals("type") ? failed.exitCode() : 1);
        });
    assertThat(hunt.recordedFromScripts())
        .as("the script itself does say the key: the recorder works")
        .anySatisfy(said -> assertThat(key.foundIn(said)).isNotEmpty());
    assertThat(hunt.recordedToScripts())
        .hasSizeGreaterThan(4)
        .allSatisfy(told -> assertThat(told).isNotEmpty());
    String id = done.json().get("run_id").stringValue();
    hunt.run("resume", id, "--json", "--python", hunt.recorder(), "--arg", "again=" + key.value());
    lookEverywhere(id);
    hunt.findNothing();
  }

  /** Every command that shows something, for people and for programs. */
  private void lookEverywhere(String run) {
    String call = run + "_call_0001";
    Path exported = owf.userHome().resolve("exported");
    List<String[]> looks = new ArrayList<>();
    for (String words :
        List.of(
            "status RUN",
            "runs",
            "calls RUN",
            "output RUN",
            "events RUN",
            "cat CALL",
            "artifacts RUN",
            "explain-cache RUN",
            "usage")) {
      String here = words.replace("RUN", run).replace("CALL", call);
      looks.add(here.split(" "));
      looks.add((here + " --json").split(" "));
    }
    for (String words :
        List.of(
            "cat CALL --prompt",
            "providers --json",
            "prices",
            "usage --by day",
            "gc --dry-run --json",
            "batch list",
            "adapters --json",
            "doctor",
            "report RUN --stdout",
            "report RUN --html",
            "export RUN " + exported)) {
      looks.add(words.replace("RUN", run).replace("CALL", call).split(" "));
    }
    hunt.runAll(looks);
    assertThat(exported).isNotEmptyDirectory();
  }
}
