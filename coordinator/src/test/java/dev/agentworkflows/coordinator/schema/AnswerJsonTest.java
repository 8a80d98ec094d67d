package dev.agentworkflows.coordinator.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.agentworkflows.coordinator.json.Json;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
  void aFencedBlockCountsBeforeWhatStandsInTheProseAboveIt() {
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
        "first {\"a\":1} second {\"b\":2} | {\"b\":2}",
      })
  void inProseTheLastObjectOrArrayCountsThatIsNoFootnote(String answer, String json) {
    assertThat(found(answer)).isEqualTo(json);
  }

  @Test
  void aPieceOfABrokenDocumentIsNotAnAnswer() {
    assertThat(wrong("true", "{\"items\": [{\"id\": 1}, {\"id\": 2}", ""))
        .startsWith("no JSON was found in the answer; it starts like JSON, but:");
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
    assertThat(wrong("true", answer, "")).startsWith("no JSON was found in the answer");
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
  @Tag("slow")
  void tenMegabytesOfMaliceTakeLinearTime(String piece) {
    String answer = "x" + piece.repeat(10_000_000 / piece.length());

    for (String schema : new String[] {"true", "false"}) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () -> {
            StructuredAnswer checked = AnswerSchema.parse(schema).check(answer, answer);
            assertThat(checked).isNotNull(); // Either outcome will do; only the time counts.
          });
    }
  }

  private static final String SHIP =
      """
      {"type": "object", "required": ["reasoning", "ship"], "additionalProperties": false,
       "properties": {"reasoning": {"type": "string"}, "ship": {"type": "boolean"}}}
      """;

  private static final String YES = "{\"reasoning\":\"all tests pass\",\"ship\":true}";
  private static final String NO = "{\"reasoning\":\"leaks a key\",\"ship\":false}";

  static Stream<String> answersThatSayNoInTheEnd() {
    return Stream.of(
        NO,
        "```json\n" + NO + "\n```",
        "<think>\n" + YES + "\nBut it leaks.\n</think>\n" + NO,
        "First idea: " + YES + "\nNo.\n</think>\n" + NO,
        "<think>```json\n" + YES + "\n```\n</think>\n\n```json\n" + NO + "\n```",
        "[THINK]" + YES + "[/THINK]" + NO,
        "My first thought was " + YES + ".\nFinal answer: " + NO,
        "A draft:\n```json\n" + YES + "\n```\nThe answer:\n```json\n" + NO + "\n```\nas [1] says",
        "```json\n" + YES + "\n```\nOn second thought: " + NO,
        NO
            + "\nThe input was {\"files\": [\"a.py\", \"b.py\"], \"note\": \""
            + "x".repeat(200)
            + "\"}",
        NO + "\nIt follows the schema " + SHIP,
        SHIP + "\n" + NO,
        "Run `{x}` [2] {\"ship\": 1} " + NO + " {\"ship\": true}");
  }

  @ParameterizedTest
  @MethodSource("answersThatSayNoInTheEnd")
  void theSchemaChoosesTheLastOfAllCandidatesThatSatisfyIt(String answer) throws Exception {
    assertThat(AnswerSchema.parse(SHIP).check(answer, "decide"))
        .isEqualTo(new StructuredAnswer.Valid(NO));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<think>%s</think>I can't say.",
        "<think>I would say %s but",
        "So: %s\n</think>\nSomething went wrong.",
      })
  void aDraftIsNoAnswerWhereNoneFollows(String answer) throws Exception {
    assertThat(AnswerSchema.parse(SHIP).check(answer.formatted(YES), "decide"))
        .isInstanceOf(StructuredAnswer.Invalid.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "```json\n%s\n```", "Here is the schema: %s", "<think>x</think>%s"})
  void theSchemaRepeatedIsNeverTheAnswer(String answer) throws Exception {
    String anything = "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}}}";
    assertThat(wrong(anything, answer.formatted(anything), "")).contains("repeats the schema");
  }

  @Test
  void whatIsQuotedFromThePromptIsNotTheAnswer() throws Exception {
    String prompt = "Judge this: {\"reasoning\": \"all tests pass\",\n \"ship\": true}";
    AnswerSchema schema = AnswerSchema.parse(SHIP);

    assertThat(schema.check("You gave " + YES + ", which I can't judge.", prompt))
        .isInstanceOf(StructuredAnswer.Invalid.class);
    assertThat(schema.check(NO + "\nThe input was " + YES + ", as given.", prompt))
        .isEqualTo(new StructuredAnswer.Valid(NO));
    assertThat(schema.check("After all I agree: " + YES + ".", prompt))
        .as("its last word may be one of the prompt's")
        .isEqualTo(new StructuredAnswer.Valid(YES));
    assertThat(schema.check(YES, prompt)).isEqualTo(new StructuredAnswer.Valid(YES));
  }

  @Test
  void ofWrongCandidatesTheFencedOneTellsWhatIsWrong() throws Exception {
    assertThat(
            wrong(SHIP, "{\"a\": \"long, but no answer\"}\n```json\n{\"ship\": 1}\n```", "decide"))
        .contains("boolean");
  }

  private static String found(String answer) {
    try {
      StructuredAnswer checked = AnswerSchema.parse("true").check(answer);
      return ((StructuredAnswer.Valid) checked).valueJson();
    } catch (InvalidSchemaException e) {
      throw new AssertionError(e);
    }
  }

  private static String wrong(String schema, String answer, String prompt) {
    try {
      StructuredAnswer checked = AnswerSchema.parse(schema).check(answer, prompt);
      return ((StructuredAnswer.Invalid) checked)
          .violationsJson()
          .replace("[{\"path\":\"\",\"message\":\"", "");
    } catch (InvalidSchemaException e) {
      throw new AssertionError(e);
    }
  }
}
