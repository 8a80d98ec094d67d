package dev.agentworkflows.coordinator.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibleTextTest {

  @Test
  void whatWouldActOnATerminalIsShown() {
    assertThat(VisibleText.line("\u001b[31mred\u0007\u0000\u007f\u009b1m\rx"))
        .isEqualTo("␛[31mred␇␀␡\\u009b1m␍x");
  }

  @Test
  void whatWouldTurnTheReadingDirectionIsShown() {
    assertThat(VisibleText.line("a\u202eb\u2066c\ufeff")).isEqualTo("a\\u202eb\\u2066c\\ufeff");
  }

  @Test
  void whatNoFileCanHoldIsShown() {
    assertThat(VisibleText.line("a\ud800b\uffff😀")).isEqualTo("a\\ud800b\\uffff😀");
  }

  @Test
  void aLineStaysOneLineAndABlockKeepsItsLines() {
    assertThat(VisibleText.line("a\r\nb\tc\n")).isEqualTo("a↵b c↵");
    assertThat(VisibleText.block("a\r\nb\tc\n")).isEqualTo("a\nb\tc\n");
  }

  @Test
  void aCutNeverSplitsACharacter() {
    assertThat(VisibleText.line("x".repeat(299) + "😀y")).isEqualTo("x".repeat(299) + "…");
    assertThat(VisibleText.line("x".repeat(300))).doesNotContain("…");
    assertThat(VisibleText.block("y".repeat(5_000))).hasSize(2_000);
    assertThat(VisibleText.isCut("y".repeat(2_000))).isFalse();
  }
}
