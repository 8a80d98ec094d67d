package dev.agentworkflows.coordinator.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.json.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class BoundedDocumentTest {

  @Test
  void whatFitsIsLeftAsItIs() {
    ObjectNode document = Json.object().put("run_id", "r").put("text", "x".repeat(100_000));

    assertThat(BoundedDocument.of(document)).isEqualTo(document);
  }

  @Test
  void aTextThatIsCutSaysHowLongItWas() {
    JsonNode bounded = BoundedDocument.of(Json.object().put("error", "x".repeat(500_000)));

    assertThat(bounded.get("error").stringValue()).endsWith("… (cut, 500000 characters)");
  }

  @Test
  void argumentsOfManyNamesAreCut() {
    ObjectNode args = Json.object();
    for (int i = 0; i < 100_000; i++) {
      args.put("name " + i, i);
    }
    ObjectNode document = Json.object();
    document.putObject("run").put("id", "r").set("args", args);

    JsonNode bounded = BoundedDocument.of(document);

    assertBounded(bounded);
    assertThat(bounded.at("/run/id").stringValue()).isEqualTo("r");
    assertThat(bounded.at("/run/args/name 5").intValue()).isEqualTo(5);
    assertThat(bounded.at("/run/args/…").stringValue()).isEqualTo("and 99900 more");
  }

  @Test
  void manyCallsOfLongListsAndTextsAreCutUntilTheyFit() {
    ObjectNode document = Json.object();
    ArrayNode calls = document.putArray("calls");
    for (int i = 0; i < 200; i++) {
      ObjectNode call = calls.addObject().put("id", i).put("label", "l".repeat(5_000));
      ArrayNode files = call.putArray("changed_files");
      for (int j = 0; j < 1_000; j++) {
        files.add("directory/".repeat(100) + j);
      }
    }

    JsonNode bounded = BoundedDocument.of(document);

    assertBounded(bounded);
    assertThat(bounded.get("calls")).hasSize(200);
    assertThat(bounded.at("/calls/199/id").intValue()).isEqualTo(199);
  }

  @Test
  void aListOfManyFilesIsCut() {
    ObjectNode document = Json.object();
    ArrayNode files = document.putArray("changed_files");
    for (int i = 0; i < 100_000; i++) {
      files.add("directory/" + i);
    }

    JsonNode bounded = BoundedDocument.of(document);

    assertBounded(bounded);
    assertThat(bounded.at("/changed_files/1000").stringValue()).isEqualTo("… and 99000 more");
  }

  @Test
  void whatIsNestedDeeplyIsCut() {
    ObjectNode args = Json.object();
    for (int i = 0; i < 50; i++) {
      ObjectNode inner = args.putObject("a" + i);
      for (int j = 0; j < 50; j++) {
        ObjectNode innermost = inner.putObject("b" + j);
        for (int k = 0; k < 50; k++) {
          innermost.put("c" + k, k);
        }
      }
    }
    ObjectNode document = Json.object();
    document.putObject("run").set("args", args);

    assertBounded(BoundedDocument.of(document));
  }

  private static void assertBounded(JsonNode document) {
    assertThat(Json.write(document).length()).isLessThanOrEqualTo(BoundedDocument.MAX_DOCUMENT);
  }
}
