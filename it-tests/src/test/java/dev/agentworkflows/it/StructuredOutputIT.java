package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

@Tag("smoke")
class StructuredOutputIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String PRELUDE =
      """
      from workflows import agent
      PAGE = {
          "type": "object",
          "properties": {"title": {"type": "string"}, "pages": {"type": "integer", "minimum": 1}},
          "required": ["title", "pages"],
      }
      def told(result):
          return {"ok": result.ok, "status": result.status, "value": result.value,
                  "validation": result.validation_status, "errors": result.validation_errors,
                  "attempts": result.validation_attempts, "error": result.error}
      """;

  @Test
  void theAnswersJsonIsFoundAlsoInsideACodeFence() {
    JsonNode output =
        owf.output(
            PRELUDE
                + """
                FENCED = "Here you are:\\n```json\\n{\\"title\\": \\"Tea\\", \\"pages\\": 3}\\n```\\nAnything else?"
                async def main(args):
                    plain = await agent("a page", schema=PAGE)
                    fenced = await agent("a fence", schema=PAGE, metadata={"fake": {"text": FENCED}})
                    return {"plain": told(plain), "fenced": told(fenced), "text": fenced.text == FENCED,
                            "hash": plain.schema_hash == fenced.schema_hash and len(plain.schema_hash) == 64}
                """);

    assertThat(Json.plain(output.at("/plain/value"))).isEqualTo(Map.of("title", "", "pages", 1));
    assertThat(Json.plain(output.at("/fenced/value")))
        .isEqualTo(Map.of("title", "Tea", "pages", 3));
    for (String name : List.of("plain", "fenced")) {
      assertThat(output.get(name).get("status").stringValue()).isEqualTo("done");
      assertThat(output.get(name).get("validation").stringValue()).isEqualTo("valid");
      assertThat(output.get(name).get("attempts").intValue()).isEqualTo(1);
      assertThat(output.get(name).get("errors")).isEmpty();
    }
    assertThat(output.get("text").booleanValue()).as("text is the answer as it came").isTrue();
    assertThat(output.get("hash").booleanValue()).isTrue();
  }

  @Test
  void aReadOnlyCallIsAskedOnceMoreAndAMutatingOneIsNot() {
    JsonNode output =
        owf.output(
            PRELUDE
                + """
                WRONG = {"fake": {"value": {"title": 7, "pages": 0}, "input_tokens": 10, "output_tokens": 1}}
                async def main(args):
                    read_only = await agent("wrong", schema=PAGE, metadata=WRONG)
                    mutating = await agent("wrong", schema=PAGE, metadata=WRONG, write_scope=["."])
                    prose = await agent("prose", schema=PAGE, metadata={"fake": {"text": "I would rather not."}})
                    return {"read_only": told(read_only), "mutating": told(mutating), "prose": told(prose),
                            "tokens": [read_only.input_tokens, mutating.input_tokens]}
                """);

    assertThat(output.at("/read_only/attempts").intValue()).isEqualTo(2);
    assertThat(output.at("/mutating/attempts").intValue()).isEqualTo(1);
    for (String name : List.of("read_only", "mutating", "prose")) {
      JsonNode told = output.get(name);
      assertThat(told.get("status").stringValue()).isEqualTo("schema_failed");
      assertThat(told.get("ok").booleanValue()).isFalse();
      assertThat(told.get("value").isNull()).isTrue();
      assertThat(told.get("validation").stringValue()).isEqualTo("invalid");
      assertThat(told.get("error").stringValue()).isNotBlank();
      assertThat(told.get("errors"))
          .isNotEmpty()
          .allSatisfy(error -> {
            assertThat(error.propertyNames()).containsExactlyInAnyOrder("path", "message");
            assertThat(error.get("message").stringValue()).isNotBlank();
          });
    }
    assertThat(column(output.at("/read_only/errors"), "path"))
        .containsExactlyInAnyOrder("/title", "/pages");
    assertThat(Json.plain(output.get("tokens")))
        .as("both askings are paid")
        .isEqualTo(List.of(20, 10));

    JsonNode calls = owf.calls("latest");
    assertThat(column(calls, "validation_errors").get(0))
        .isEqualTo(Json.plain(output.at("/read_only/errors")));
    assertThat(column(calls, "validation_status")).containsOnly("invalid");
  }

  @Test
  void aSchemaThatIsItselfInvalidReachesNoProvider() {
    JsonNode output =
        owf.output(
            """
            from workflows import agent
            async def main(args):
                refused = []
                for schema in ({"type": "spoon"}, {"properties": []}, {"$ref": "#/$defs/missing"}):
                    try:
                        await agent("never sent", schema=schema)
                    except ValueError as error:
                        refused.append(str(error))
                await agent("sent", schema=True)
                return refused
            """);

    assertThat(output)
        .hasSize(3)
        .allSatisfy(message -> assertThat(message.stringValue()).contains("schema"));
    assertThat(owf.calls("latest")).as("calls that were made").hasSize(1);
  }
}
