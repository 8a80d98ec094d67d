package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void whatCouldDriveATerminalIsShownInstead() {
    assertThat(Printable.of("\u001b[2Jgone\u0007\u009b")).isEqualTo("\\x1b[2Jgone\\x07\\x9b");
  }

  @Test
  void ordinaryTextStaysAsItIs() {
    String text = "naïve\t日本語 \uD83D\uDE00\nnext";
    assertThat(Printable.of(text)).isSameAs(text);
  }
}
