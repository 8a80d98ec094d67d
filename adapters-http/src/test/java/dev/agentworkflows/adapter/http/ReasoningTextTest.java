package dev.agentworkflows.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.agentworkflows.spi.ReasoningText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReasoningTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<think>a</think>fine",
        "  <think>\na\n</think>\n\nfine",
        "a\n</think>\nfine",
        "a and b.</think>\n\nfine",
        "a and b.</think>fine",
        "a and b</think> fine",
        "<think>a</think><think>b</think>fine",
        "</think>\nfine",
        "<think>```json\n{}\n```</think>fine",
        "[THINK]a[/THINK]fine",
      })
  void whatComesBeforeTheAnswerIsLeftOut(String text) {
    assertThat(ReasoningText.removed(text)).isEqualTo("fine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fine",
        "",
        "say `</think>` here",
        "the tag </think> closes it, and (</think>) too",
        "{\"a\": \"x\\n</think>\\n\"}",
        "the tag <think> opens, </think> closes it",
        "```\n<think>\nshown\n</think>\n```",
        "<reasoning>a</reasoning>",
      })
  void whatOnlySpeaksOfTheTagsStays(String text) {
    assertThat(ReasoningText.removed(text)).isEqualTo(text);
  }

  @Test
  void reasoningWithoutAnEndIsNoAnswer() {
    assertThat(ReasoningText.removed("<think>a and so on")).isEmpty();
    assertThat(ReasoningText.removed("fine\n<think>a and so on")).startsWith("fine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<think>",
        "</think>\n",
        "<think>\n</think>\n",
        "```\n<think>\n",
        "<think>a",
        "\n"
      })
  void tenMegabytesOfMaliceTakeLinearTime(String piece) {
    String text = piece.repeat(10_000_000 / piece.length());
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertThat(ReasoningText.removed(text).length()).isLessThanOrEqualTo(text.length()));
  }
}
