package dev.agentworkflows.coordinator.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void documentsThatSayTheSameHaveTheSameCanonicalForm() {
    assertThat(Json.write(Json.canonical(Json.read("{\"b\": [ {\"z\":1,\"a\":2} ], \"a\": null}"))))
        .isEqualTo("{\"a\":null,\"b\":[{\"a\":2,\"z\":1}]}");
  }

  @Test
  void whatIsWrittenIsAsciiSoThatALoneSurrogateSurvives() {
    String text = "é \ud800 \uD83D\uDE00";
    String json = Json.write(Json.object().put("t", text));
    assertThat(json).isEqualToIgnoringCase("{\"t\":\"\\u00e9 \\ud800 \\ud83d\\ude00\"}");
    assertThat(Json.read(json).get("t").stringValue()).isEqualTo(text);
  }

  @Test
  void forPeopleLettersStayLettersAndOnlyALoneSurrogateIsEscaped() {
    assertThat(Json.writePretty(Json.object().put("t", "é \ud800 \uD83D\uDE00")))
        .isEqualTo("{\n  \"t\": \"é \\ud800 \uD83D\uDE00\"\n}\n");
  }

  @Test
  void aLongFractionKeepsItsDigits() {
    assertThat(Json.write(Json.read("[0.1234567890123456789]")))
        .isEqualTo("[0.1234567890123456789]");
  }

  @Test
  void whatIsNotOneDocumentIsRefused() {
    assertThatThrownBy(() -> Json.read("{} {}")).isInstanceOf(JsonTextException.class);
    assertThatThrownBy(() -> Json.read("{'a': 1}")).isInstanceOf(JsonTextException.class);
    assertThatThrownBy(() -> Json.read("[".repeat(100_000))).isInstanceOf(JsonTextException.class);
  }

  @Test
  void aMistakeIsToldInPlainWordsWithItsPlace() {
    assertThatThrownBy(() -> Json.read("{\n  \"a\": [1"))
        .hasMessageContaining("(line 2, column ")
        .hasMessageNotContaining("REDACTED");
  }

  @Test
  void aNumberWithAnAbsurdExponentIsRefused() {
    for (String number : List.of("1e999999999", "1e-999999999", "0e2000000000", "-1.5E+4000")) {
      assertThatThrownBy(() -> Json.read("{\"a\": " + number + "}"))
          .isInstanceOf(JsonTextException.class)
          .hasMessageContaining("exponent");
    }
    assertThat(Json.write(Json.read("[1e308,1e-300]"))).isEqualTo("[1E+308,1E-300]");
    assertThat(Json.read("9".repeat(4_300)).isIntegralNumber()).isTrue();
  }

  @Test
  void anEmptyTextIsNotJson() {
    assertThatThrownBy(() -> Json.read(" ")).isInstanceOf(JsonTextException.class);
  }

  @Test
  void strictReadingRefusesAKeyThatIsThereTwice() {
    String json = "{\"a\": 1, \"a\": 2}";

    assertThat(Json.read(json).get("a").intValue()).isEqualTo(2);
    assertThatThrownBy(() -> Json.readStrict(json)).isInstanceOf(JsonTextException.class);
  }
}
