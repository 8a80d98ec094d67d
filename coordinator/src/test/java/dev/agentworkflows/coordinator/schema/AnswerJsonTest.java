package dev.agentworkflows.coordinator.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerJsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1}",
        "[1,-2.5e+3,0.1E-2]",
        "42",
        "\"text\"",
        "true",
        "null",
        "{\"deep\":[{\"a\":[]},{}]}"
      })
  void aWholeAnswerThatIsJsonIsTheAnswer(String json) {
    assertThat(found("\n " + json + " \n")).isEqualTo(Json.write(Json.read(json)));
  }

  @Test
  void aFencedBlockCountsBeforeTheProseAroundIt() {
    assertThat(found("I weighed {\"this\": [1, 2, 3]}.\n```json\n{\"a\": 1}\n```\nDone."))
        .isEqualTo("{\"a\":1}");
  }

  @Test
  void ofSeveralFencedBlocksTheLastThatIsJsonCounts() {
    assertThat(
            found(
                """
                A draft:
                ```json
                {"draft": true}
                ```
                and the answer:
                ```
                {"draft": false}
                ```
                run it with
                ```
                ./run {now}
                ```
                """))
        .isEqualTo("{\"draft\":false}");
  }

  @Test
  void whatStandsBetweenTwoForeignBlocksIsNotFenced() {
    assertThat(
            found(
                """
                ```python
                print("x")
                ```
                [1]
                ```sh
                ls
                ```
                The answer is {"a": "b"}.
                """))
        .isEqualTo("{\"a\":\"b\"}");
  }

  @Test
  void aFencedBlockThatIsNeverClosedRunsToTheEnd() {
    assertThat(found("Here [1, 2, 3, 4, 5]:\n  ```JSON\n  {\"a\":\n1}")).isEqualTo("{\"a\":1}");
  }

  @Test
  void aFenceInsideAStringDoesNotEndTheBlock() {
    assertThat(found("So:\n```json\n{\"md\": \"use ``` here\"}\n```"))
        .isEqualTo("{\"md\":\"use ``` here\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "The answer is {\"a\": 1}, as shown in [1] and [2]. | {\"a\":1}",
        "As shown in [1]: {\"a\": {\"b\": [1, 2]}} - see {x}. | {\"a\":{\"b\":[1,2]}}",
        "{\"a\": \"} ] \\\" {\"} is it | {\"a\":\"} ] \\\" {\"}",
        "{{\"a\": 1}} | {\"a\":1}",
        "{answer: {\"a\": 1}} | {\"a\":1}",
        "[see {\"a\":1}] | {\"a\":1}",
        "the set {\"a\", \"b\"} gives {\"x\": 1} | {\"x\":1}",
        "[01] or [1.] or [.5] or [+1] or [nul] but [5] | [5]",
        "[\"\\x\"] [\"\\u12G4\"] [\"\\u00e9\"] | [\"\\u00E9\"]",
        "{\"twice\": 1, \"twice\": 2} and [7] | [7]",
        "{\"trailing\": 1,} and [7] | [7]",
        "first {\"a\":1} second {\"b\":2} | {\"a\":1}",
      })
  void inProseTheLongestObjectOrArrayCounts(String answer, String json) {
    assertThat(found(answer)).isEqualTo(json);
  }

  @Test
  void aPieceOfABrokenDocumentIsNotAnAnswer() {
    assertThatThrownBy(() -> found("{\"items\": [{\"id\": 1}, {\"id\": 2}"))
        .isInstanceOf(JsonTextException.class)
        .hasMessageStartingWith("no JSON was found in the answer; it starts like JSON, but:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "I cannot answer that.",
        "{\"a\": 1,}",
        "{'a': 1}",
        "NaN",
        "{\"a\":1,\"a\":1}",
        "```json\nnothing\n```"
      })
  void withoutJsonTheSearchSaysSo(String answer) {
    assertThatThrownBy(() -> found(answer))
        .isInstanceOf(JsonTextException.class)
        .hasMessageStartingWith("no JSON was found in the answer");
  }

  @Test
  void aStringThatIsOpenAtTheEndOfItsLineIsProse() {
    assertThat(found("an open [\"quote, {} in it\nand more")).isEqualTo("{}");
  }

  @Test
  void nestingBeyondWhatIsReadIsABreakLikeAnyOther() {
    assertThat(found("[".repeat(2_000) + " {\"a\": 1}")).isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[",
        "{",
        "{\"a\":",
        "[\"",
        "\"[",
        "[1,",
        "[\"[\\\"",
        "[\"a\",",
        "[]",
        "{\"a\":1,\"a\":2}",
        "```\n{\n```\n",
        "```json\n",
        "\n",
        "`",
        "-",
        "[1 ",
        "[\\"
      })
  void tenMegabytesOfMaliceTakeLinearTime(String piece) {
    String answer = "x" + piece.repeat(10_000_000 / piece.length());

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          try {
            AnswerJson.find(answer);
          } catch (JsonTextException e) {
            // Either outcome will do; only the time counts.
          }
        });
  }

  private static String found(String answer) {
    return Json.write(AnswerJson.find(answer));
  }
}
