package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTailTest {

  private static String tailOf(String output) throws IOException {
    OutputTail tail = new OutputTail();
    tail.read(new ByteArrayInputStream(output.getBytes(StandardCharsets.UTF_8)));
    return tail.text();
  }

  @Test
  void theWordAtTheCutIsLeftOut() throws IOException {
    assertThat(tailOf("secret".repeat(2000) + " the end\n")).isEqualTo("the end");
  }

  @Test
  void oneWordWithoutEndIsNotTakenForNothing() throws IOException {
    assertThat(tailOf("x".repeat(9000))).isEqualTo("one word of 9000 bytes");
    assertThat(tailOf("")).isEmpty();
  }
}
