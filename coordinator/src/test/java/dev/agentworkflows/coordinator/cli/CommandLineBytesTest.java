package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CommandLineBytesTest {

  private static final byte[] COMMAND_LINE =
      "java\0-jar\0x.jar\0run\0s.py\0--arg\0who=J\u00FCrgen\0\0".getBytes(StandardCharsets.UTF_8);

  @Test
  void wordsThatJavaCouldNotReadAreReadAsUtf8() {
    assertThat(
            CommandLineBytes.restored(
                COMMAND_LINE, "run", "s.py", "--arg", "who=J\uFFFD\uFFFDrgen", ""))
        .containsExactly("run", "s.py", "--arg", "who=J\u00FCrgen", "");
  }

  @Test
  void wordsThatWereReadStayAsTheyAre() {
    String[] words = {"run", "who=J\u00FCrgen"};
    assertThat(CommandLineBytes.restored(words)).isSameAs(words);
  }

  @Test
  void aCommandLineThatIsTooShortChangesNothing() {
    String[] words = {"a", "b", "c"};
    assertThat(CommandLineBytes.restored(new byte[] {'a', 0}, words)).isSameAs(words);
  }
}
