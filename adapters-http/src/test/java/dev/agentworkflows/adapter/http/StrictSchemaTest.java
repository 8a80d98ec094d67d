package dev.agentworkflows.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictSchemaTest {

  private static String strict(String schema) {
    return StrictSchema.of(Json.read(schema)).map(Json::write).orElse("");
  }

  @Test
  void anObjectThatSaysNothingOfOtherPropertiesIsClosed() {
    assertThat(
            strict(
                """
                {"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"string"}},
                 "required":["b"]}},"required":["a"]}
                """))
        .isEqualTo(
            """
            {"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"string"}},\
            "required":["b"],"additionalProperties":false}},"required":["a"],"additionalProperties":false}\
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"object\",\"properties\":{}}",
        """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","required":["a","b"],
         "properties":{"a":{"type":["string","null"],"description":"x"},"b":{"type":"array","items":{"enum":[1,2]}}}}
        """,
        """
        {"type":"object","properties":{"n":{"$ref":"#/$defs/n"}},"required":["n"],
         "$defs":{"n":{"type":"number","minimum":0}}}
        """,
        """
        {"type":"object","properties":{"d":{"anyOf":[{"type":"string","format":"date"},{"type":"null"}]}},
         "required":["d"]}
        """
      })
  void whatStrictModeKnowsIsTaken(String schema) {
    assertThat(strict(schema)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
        "{\"type\":\"object\"}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}",
        "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":true}",
        "{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"]}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\"}},\"required\":[\"a\"]}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"minLength\":2}},\"required\":[\"a\"]}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"format\":\"uri\"}},\"required\":[\"a\"]}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"oneOf\":[{\"type\":\"string\"}]}},\"required\":[\"a\"]}",
        "{\"type\":\"object\",\"properties\":{\"a\":true},\"required\":[\"a\"]}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"other.json\"}},\"required\":[\"a\"]}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"b\"]}"
      })
  void whatStrictModeDoesNotKnowIsNotSentToIt(String schema) {
    assertThat(strict(schema)).isEmpty();
  }

  @Test
  void nestingHasALimit() {
    String schema = "{\"type\":\"string\"}";
    for (int i = 0; i < 12; i++) {
      schema = "{\"type\":\"object\",\"properties\":{\"a\":" + schema + "},\"required\":[\"a\"]}";
    }
    assertThat(strict(schema)).isEmpty();
  }
}
