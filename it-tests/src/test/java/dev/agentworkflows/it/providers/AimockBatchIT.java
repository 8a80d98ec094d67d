package dev.agentworkflows.it.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.agents.InstalledAgents;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches at a server that none of our authors wrote. It serves those of OpenAI alone. */
class AimockBatchIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final Pattern LISTENING = Pattern.compile("listening on (http://[0-9.:]+)");

  private @Nullable Process aimock;

  @AfterEach
  void stop() {
    if (aimock != null) {
      aimock.destroyForcibly();
    }
  }

  private String start(String... options) throws IOException, InterruptedException {
    InstalledAgents installed = InstalledAgents.find().orElse(null);
    assumeTrue(installed != null, InstalledAgents::trouble);
    Path fixtures = Owf.write(owf.directory().resolve("none.json"), "{\"fixtures\": []}");
    List<String> command =
        new ArrayList<>(
            List.of(
                installed.programs().resolve("llmock").toString(),
                "-p",
                "0",
                "-f",
                fixtures.toString()));
    command.addAll(List.of(options));
    Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
    aimock = started;
    // Not closed: its output has to go somewhere while it runs, and is little.
    BufferedReader lines = started.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        return listening.group(1) + "/v1";
      }
    }
    throw new IOException("llmock did not start");
  }

  private static Finished batch(String url, String... arguments) {
    return owf.command("batch")
        .and(arguments)
        .with("OPENAI_API_KEY", "sk-aimock-0123456789")
        .with("OWF_PROVIDER_OPENAI_BASE_URL", url)
        .run();
  }

  @Test
  void aBatchGoesOutAndComesHome() throws Exception {
    String url = start();
    Path file =
        Owf.write(
            owf.directory().resolve("p.jsonl"),
            "\"one\"\n{\"prompt\": \"two\", \"custom_id\": \"b\", \"model\": \"gpt-z\"}\n");
    assertThat(batch(url, "submit", file.toString(), "--provider", "openai").exitCode()).isZero();

    // It is in progress when it is looked at first, and done from then on.
    Finished early = batch(url, "fetch", "latest");
    assertThat(early.exitCode()).as(early.toString()).isEqualTo(1);
    Finished fetched = batch(url, "fetch", "latest", "--json");
    assertThat(fetched.exitCode()).as(fetched.toString()).isZero();

    List<String> rows = Files.readAllLines(Path.of(fetched.json().get("results").stringValue()));
    assertThat(rows)
        .map(Json::read)
        .extracting(
            row -> row.get("custom_id").stringValue(),
            row -> row.get("status").stringValue(),
            row -> row.get("text").stringValue(),
            row -> row.get("output_tokens").intValue())
        .containsExactly(
            tuple("line-1", "done", "Mock batch completion", 1),
            tuple("b", "done", "Mock batch completion", 1));
    Finished refused = batch(url, "submit", file.toString(), "--provider", "openai");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.stderr()).contains("was submitted to openai already");
  }

  @Test
  void aServerThatDropsEveryRequestMakesNoBatchAndIsToldSo() throws Exception {
    String url = start("--chaos-drop", "1");
    Path file = Owf.write(owf.directory().resolve("dropped.jsonl"), "\"dropped\"");
    Finished failed = batch(url, "submit", file.toString(), "--provider", "openai");
    assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
    assertThat(failed.stderr()).contains("no batch was made, and nothing is to be paid");
  }
}
