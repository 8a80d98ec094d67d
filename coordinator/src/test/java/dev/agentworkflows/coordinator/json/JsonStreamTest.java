package dev.agentworkflows.coordinator.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStreamTest {

  @Test
  void aDocumentInPiecesIsWrittenAsOneInMemory() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonStream stream = new JsonStream(bytes)) {
      stream.beginObject().name("run").value(Json.read("{\"id\": 1}")).name("calls").beginArray();
      stream.value(Json.read("{\"a\": [], \"b\": {}}")).value(Json.read("\"ü\ud83d\ude00\u202e\""));
      stream.endArray().endObject();
    }

    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .isEqualTo(
            Json.writePretty(
                Json.read(
                    "{\"run\": {\"id\": 1}, \"calls\": [{\"a\": [], \"b\": {}},"
                        + " \"ü\ud83d\ude00\u202e\"]}")))
        .contains("ü\ud83d\ude00\\u202e")
        .endsWith("}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "\"a\\ud800b\\u0000\"",
        "[1, 12345678901234567890, 1.50, 1e-7, -0.0, true, false, null, [], {}, {\"a\": [{}]}]",
        "{\"b\": 1, \"a\": {\"c\": \"\\u2028\"}}"
      })
  void aTextIsWrittenAsItsTree(String json) {
    StringWriter text = new StringWriter();
    try (JsonStream stream = new JsonStream(text)) {
      stream.text(json);
    }

    assertThat(text.toString()).isEqualTo(Json.writePretty(Json.read(json)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1", "[1] 2", "{\"a\" 1}", "[1e99999]"})
  void aBrokenTextIsRefused(String json) {
    try (JsonStream stream = new JsonStream(new StringWriter())) {
      assertThatThrownBy(() -> stream.text(json)).isInstanceOf(JsonTextException.class);
    }
  }

  @Test
  void whatWasNotWrittenToItsEndIsSeenToBeBroken() {
    StringWriter text = new StringWriter();
    try (JsonStream stream = new JsonStream(text)) {
      stream.beginArray().value(Json.read("1"));
    }

    assertThatThrownBy(() -> Json.read(text.toString())).isInstanceOf(JsonTextException.class);
  }

  /** Wherever the generator's buffer ends, between the halves of a pair as well. */
  @Test
  void aPairIsNeverTornApart() {
    for (int before = 0; before < 8; before++) {
      String long_ = "x".repeat(before) + "\ud83d\ude00\ud800".repeat(5_000);
      String written = Json.writePretty(Json.read(Json.write(Json.array().add(long_))));

      assertThat(Json.read(written).get(0).stringValue()).isEqualTo(long_);
      assertThat(written).contains("\ud83d\ude00\\ud800").doesNotContain("\\ude00");
    }
  }
}
