package dev.agentworkflows.it.secrets;

import static dev.agentworkflows.it.secrets.KeyHunt.python;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Keys where things go wrong, and where others than providers' APIs see or make them. */
@Tag("slow")
class PlantedKeyFailuresIT {

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
  void aCommandThatIsRefusedDoesNotRepeatAKey() throws IOException {
    String script = owf.script("fine.py", "async def main(args): return 1\n").toString();
    List<String[]> commands = new ArrayList<>();
    String value = KeyHunt.OPENAI.value();
    String groq = KeyHunt.GROQ.value();
    commands.addAll(
        List.of(
            new String[] {"status", value},
            new String[] {"status", groq, "--debug"},
            new String[] {"cat", groq, "--json"},
            new String[] {"run", value},
            new String[] {"run", script, "--provider", groq, "--json"},
            new String[] {"run", script, "--args-json", "{" + value},
            new String[] {"run", script, "--arg", value, "--debug"},
            new String[] {"run", script, "--budget-tokens", value},
            new String[] {"run", script, "--home", "/dev/null/" + value, "--debug", "--json"},
            new String[] {"run", script, "--workspace", "/nowhere/" + value},
            new String[] {"run", script, "--python", groq},
            new String[] {"diff", value, "--debug"},
            new String[] {"gc", "--older-than", value},
            new String[] {groq},
            new String[] {"runs", "--" + value},
            new String[] {"prices", "--refresh", "--url", "https://" + value},
            new String[] {"prices", "--refresh", "--url", "http://127.0.0.1:1/" + groq, "--debug"},
            new String[] {"adapters", "--adapters", "/nowhere/" + value},
            new String[] {"batch", "status", value, "--json"}));
    hunt.runAll(commands);
    hunt.findNothing();
  }

  @Test
  void aScriptThatCanNotBeLoadedOrIsKilledLeavesNoKey() throws IOException {
    String key = python(hunt.keyFile(KeyHunt.OPENAI));
    String unloadable =
        owf.script(
                "unloadable.py", "KEY = open(%s).read()\nraise RuntimeError(KEY)\n".formatted(key))
            .toString();
    String planned =
        owf.script(
                "planned.py",
                "from workflows import meta\nKEY = open(%s).read()\nmeta(name=KEY, phases=[KEY])\nasync def main(args): pass\n"
                    .formatted(key))
            .toString();
    String killed =
        owf.script(
                "killed.py",
                """
                from workflows import agent, log, phase
                KEY = open(%s).read()
                async def main(args):
                    phase(KEY)
                    log(KEY, data={KEY: KEY})
                    await agent("done " + KEY)
                    print("ready", flush=True)
                    await agent("out " + KEY, label=KEY, metadata={"fake": {"delay_ms": 60000}})
                """
                    .formatted(key))
            .toString();
    OwfProcess process = hunt.command("run", killed).start().awaitOutput("ready");
    process.shim();
    process.destroyForcibly();
    hunt.keep(process.finish());
    hunt.runAll(
        List.of(
            new String[] {"validate", unloadable},
            new String[] {"run", unloadable, "--json"},
            new String[] {"dry-run", unloadable, "--debug"},
            new String[] {
              "dry-run",
              planned,
              "--json",
              "--arg",
              "x=" + KeyHunt.OPENAI.value(),
              "--model",
              KeyHunt.OPENAI.value()
            },
            new String[] {"validate", planned},
            new String[] {"status", "latest"},
            new String[] {"events", "latest"},
            new String[] {"calls", "latest", "--json"},
            new String[] {"report", "latest"}));
    hunt.findNothing();
  }

  @Test
  void aBatchAndAPriceListLeaveNoKey() throws IOException {
    List<String[]> looks = new ArrayList<>();
    for (String name : List.of("openai", "anthropic")) {
      Path file = owf.directory().resolve(name + ".jsonl");
      Owf.write(file, "\"repeat " + KeyHunt.ANTHROPIC.value() + "\"\n\"two\"\n");
      Finished made = hunt.run("batch", "submit", file.toString(), "--provider", name, "--json");
      assertThat(made.exitCode()).as(made.toString()).isZero();
      String id = made.json().get("id").stringValue();
      hunt.run("batch", "status", id);
      Finished fetched =
          hunt.run(
              "batch",
              "fetch",
              id,
              "--json",
              "--out",
              owf.userHome().resolve(name + "-out").toString());
      assertThat(Files.readString(owf.userHome().resolve(name + "-out")))
          .as(fetched.toString())
          .contains("[redacted:");
      looks.add(new String[] {"batch", "fetch", id});
    }
    looks.add(new String[] {"batch", "list", "--json"});
    Path wrong = owf.directory().resolve("wrong.jsonl");
    Owf.write(wrong, "{\"prompt\": \"x\", \"" + KeyHunt.ANTHROPIC.value() + "\": 1}\n");
    looks.add(
        new String[] {"batch", "submit", wrong.toString(), "--provider", "openai", "--debug"});
    Finished prices = hunt.run("prices", "--refresh", "--url", provider.url() + "/prices.json");
    assertThat(prices.exitCode()).as(prices.toString()).isZero();
    looks.add(new String[] {"prices"});
    looks.add(new String[] {"prices", "--json"});
    hunt.runAll(looks);
    hunt.findNothing();
  }

  @Test
  void anAgentsWorkShowsNoKey() throws IOException {
    String name = KeyHunt.ANTHROPIC.value();
    Path top = Files.createDirectories(owf.directory().resolve("repository"));
    Finished made =
        owf.program(
                List.of(
                    "sh",
                    "-ec",
                    "git init -q -b main; git config user.name A; git config user.email a@example.org;"
                        + " printf '.env\\n' >.gitignore; printf '.env\\n' >.worktreeinclude;"
                        + " cp '"
                        + hunt.keyFile(KeyHunt.OPENAI)
                        + "' .env; echo a >a; git add -A; git commit -qm first"))
            .in(top)
            .run();
    assertThat(made.exitCode()).as(made.toString()).isZero();
    String work =
        "cat .env; cp .env copied; cp .env '"
            + name
            + "'; cat .env >>a; git add -A;"
            + " git -c user.name=B -c user.email=b@example.org commit -qm \"with $(cat .env) "
            + name
            + "\"; echo more >>'"
            + name
            + "';"
            + " cat .env >&2";
    Path script =
        owf.script(
            "edit.py",
            """
            from workflows import agent
            async def main(args):
                good = await agent(%1$s, isolation="worktree", write_scope=["a"])
                bad = await agent(%1$s + "; exit 3", isolation="worktree")
                return [good.call_id, good.text, good.changed_files, bad.error]
            """
                .formatted(python(work)));
    Finished done =
        hunt.run(
            hunt.command(
                    "run",
                    script.toString(),
                    "--json",
                    "--provider",
                    "shell",
                    "--workspace",
                    top.toString())
                .and("--python", hunt.recorder()));
    assertThat(done.exitCode()).as(done.toString()).isZero();
    JsonNode output = done.json().get("output");
    assertThat(output.get(1).stringValue()).contains("[redacted:OPENAI_API_KEY]");
    String call = output.get(0).stringValue();
    Finished difference = hunt.run("diff", call);
    assertThat(difference.stdout()).contains("+[redacted:OPENAI_API_KEY]");
    hunt.runAll(
        List.of(
            new String[] {"diff", call, "--json"},
            new String[] {"report", "latest", "--html"},
            new String[] {"calls", "latest"},
            new String[] {"artifacts", "latest"}));
    Finished applied = hunt.run(hunt.command("apply", call).in(top));
    assertThat(applied.exitCode()).as(applied.toString()).isZero();
    assertThat(Files.readString(top.resolve("copied"))).isEqualTo(KeyHunt.OPENAI.value());
    hunt.run("gc", "--dry-run");
    hunt.run("gc");
    hunt.findNothing();
  }

  @Test
  void anAgentProgramThatPrintsItsKeyIsKeptFromTellingIt() throws IOException {
    Path programs = owf.directory().resolve("programs");
    String echoes = "printf '%s\\n' \"$KEY\"; printf 'Error: %s\\n' \"$KEY\" >&2\n";
    KeyHunt.executable(
        programs.resolve("claude"),
        "#!/bin/sh\nprompt=$(cat); KEY=$ANTHROPIC_API_KEY\n"
            + echoes
            + "printf '{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}}\\n' \"$KEY\"\n"
            + "case $prompt in *fail*) exit 4;; esac\n"
            + "printf '{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"%s\"}\\n' \"$KEY\"\n");
    KeyHunt.executable(
        programs.resolve("codex"),
        "#!/bin/sh\nprompt=$(cat); KEY=$(printf %s \"$OPENAI_API_KEY\" | sed 's/[\\\\\"]/\\\\&/g')\n"
            + echoes
            + "echo '{\"type\":\"turn.started\"}'\n"
            + "case $prompt in *fail*) printf '{\"type\":\"turn.failed\",\"error\":{\"message\":\"%s\"}}\\n' \"$KEY\"; exit 4;; esac\n"
            + "printf '{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"%s\"}}\\n' \"$KEY\"\n"
            + "echo '{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}'\n");
    Path script =
        owf.script(
            "agents.py",
            """
            from workflows import agent
            async def main(args):
                told = []
                for provider in ("claude", "codex"):
                    for prompt in ("go", "fail"):
                        r = await agent(prompt, provider=provider, timeout_seconds=20)
                        told.append([r.status, r.text, r.error])
                return told
            """);
    Finished done =
        hunt.run(
            hunt.command("run", script.toString(), "--json", "--python", hunt.recorder())
                .with("PATH", programs + ":" + System.getenv().getOrDefault("PATH", "")));
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.stdout())
        .contains("\"[redacted:ANTHROPIC_API_KEY]\"", "\"[redacted:OPENAI_API_KEY]\"");
    hunt.runAll(
        List.of(
            new String[] {"artifacts", "latest"}, new String[] {"report", "latest", "--stdout"}));
    hunt.findNothing();
  }
}
