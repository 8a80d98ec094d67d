package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class ExplainCacheIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String SCRIPT =
      """
      from workflows import agent, phase
      async def main(args):
          phase("explained")
          await agent("same", label="same")
          await agent("old words", label="edited")
          await agent("asked", label="other model", model="m1")
          await agent("typed", label="other schema", schema={"type": "integer"})
          await agent("edits", write_scope=["src"])
          await agent("not remembered", cache_policy="disabled")
          await agent("by position")
      """;

  @Test
  void everyMissIsExplainedByWhatDiffersFromTheNearestEarlierCall() {
    Path script = owf.script("explained.py", SCRIPT);
    owf.json("run", script.toString());
    JsonNode first = owf.json("explain-cache", "latest");
    owf.script(
        "explained.py",
        SCRIPT
            .replace("old words", "new words")
            .replace("m1", "m2")
            .replace("\"integer\"", "\"string\"")
            .replace("by position", "at the same position"));
    owf.json("run", script.toString());
    JsonNode second = owf.json("explain-cache", "latest");

    assertThat(column(first, "reason").subList(0, 4)).containsOnly("no earlier call");
    assertThat(column(second, "cache_status"))
        .containsExactly("hit", "miss", "miss", "miss", "bypassed", "disabled", "miss");
    assertThat(column(second, "reason"))
        .allSatisfy(reason -> assertThat(String.valueOf(reason)).isNotBlank());
    assertThat(second.at("/1/reason").stringValue()).isEqualTo("prompt changed");
    assertThat(second.at("/2/reason").stringValue()).isEqualTo("model changed m1 -> m2");
    assertThat(second.at("/3/reason").stringValue()).isEqualTo("schema changed");
    assertThat(second.at("/6/reason").stringValue()).isEqualTo("prompt changed");
    assertThat(column(second, "call_index")).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(column(second, "phase")).containsOnly("explained");
    assertThat(column(second, "call_id")).isEqualTo(column(owf.calls("latest"), "id"));
    assertThat(second.get(0).propertyNames())
        .contains("call_index", "call_id", "label", "phase", "cache_status", "reason");
    assertThat(owf.run("explain-cache", "latest").stdout())
        .contains("prompt changed", "model changed m1 -> m2");
  }
}
