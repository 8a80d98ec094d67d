package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What a script asks for with a call besides its prompt. */
class CallOptionsIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String SCRIPT =
      """
      from workflows import agent
      async def main(args):
          asked = await agent("p", label="asked", system="be brief", effort="EFFORT", tools=["Read"],
              files=["notes.txt"],
              mcp_servers={"x": {"url": "https://h/mcp", "headers": {"Authorization": "Bearer ${X_TOKEN}"}}})
          refused = await agent("q", provider="openai", tools=["Read"])
          missing = None
          try:
              await agent("r", files=["none.txt"])
          except ValueError as error:
              missing = str(error)
          return [asked.text, asked.error, refused.status, refused.error, missing]
      """;

  @Tag("smoke")
  @Test
  void optionsGoAlongOrAreRefusedAndCountInTheKey() throws Exception {
    Path script = owf.script("options.py", SCRIPT.replace("EFFORT", "low"));
    Path notes = script.resolveSibling("notes.txt");
    Files.writeString(notes, "the notes");
    JsonNode output = run(script).get("output");
    assertThat(output.get(0).asString())
        .isEqualTo("<file path=\"notes.txt\">\nthe notes\n</file>\n\np");
    assertThat(output.get(2).asString()).isEqualTo("provider_failed");
    assertThat(output.get(3).asString())
        .startsWith("openai takes no list of tools. Leave it out, or use one that does: claude");
    assertThat(output.get(4).asString()).startsWith("files: 'none.txt' can't be read");

    owf.script("options.py", SCRIPT.replace("EFFORT", "max"));
    Files.writeString(notes, "other notes");
    run(script);
    assertThat(owf.json("explain-cache", "latest").at("/0/reason").asString())
        .isEqualTo("effort changed low -> max, files changed");
    run(script);
    assertThat(owf.json("explain-cache", "latest").at("/0/cache_status").asString())
        .isEqualTo("hit");
    assertNowhere("x-token-0123456789");
  }

  @Test
  void providersShowsWhatCallsMayAskFor() {
    JsonNode providers = owf.json("providers");
    JsonNode claude =
        StreamSupport.stream(providers.spliterator(), false)
            .filter(provider -> provider.path("name").asString("").equals("claude"))
            .findFirst()
            .orElseThrow();
    assertThat(claude.at("/capabilities/read_only").toString())
        .contains("\"system\"", "\"tools\"", "\"mcp_servers\"", "\"pdfs\"");
    assertThat(owf.run("providers").stdout()).contains("what a call may ask for", "mcp_servers");
  }

  private static JsonNode run(Path script) {
    return owf.command("run", script.toString(), "--json")
        .with("X_TOKEN", "x-token-0123456789")
        .run()
        .json();
  }

  private static void assertNowhere(String secret) throws Exception {
    try (var files = Files.walk(owf.directory())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(secret);
      }
    }
  }
}
