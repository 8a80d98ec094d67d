package dev.agentworkflows.coordinator.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserWordsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "<html> | '<' stands where a value was expected (line 1, column 1)",
        "{a: 1} | 'a' stands where a name in double quotes was expected",
        "{\"a\" 1} | '1' stands where a colon was expected",
        "[1 2] | '2' stands where a comma or an end was expected",
        "nope | 'nope' is no JSON value",
        "{\"a\": | it ends too early",
        "[ | it ends too early",
      })
  void aTextThatIsNoJsonIsToldInPlainWords(String text, String words) {
    assertThatThrownBy(() -> Json.readStrict(text)).hasMessageStartingWith(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<",
        "{",
        "{]",
        "[}",
        "{\"a\"}",
        "'a'",
        "+1",
        "01",
        "1.",
        "tru",
        "\"\\x\"",
        "\"a\nb\"",
        "NaN",
        "[,]",
        "\u0001",
        "\"\\u12G4\"",
        "{\"a\":1,}",
        "// a"
      })
  void noWordOfTheParsersReachesAPerson(String text) {
    assertThatThrownBy(() -> Json.readStrict(text))
        .message()
        .doesNotContainPattern("code \\d|token|CTRL-CHAR|end-of-input|JsonParser|Feature|java");
  }

  @Test
  void aMessageThatNobodyKnowsStaysAsItIs() {
    assertThat(ParserWords.plain("something else")).isEqualTo("something else");
  }

  @Test
  void aLimitIsNamedWithoutTheParsersOwnNames() {
    assertThatThrownBy(() -> Json.read("[".repeat(600)))
        .hasMessageStartingWith("it is nested deeper than 500 levels");
    assertThatThrownBy(() -> Json.read("{\"" + "k".repeat(60_000) + "\": 1}"))
        .hasMessageStartingWith("a value or a name is longer than 50000 characters");
  }
}
