package dev.agentworkflows.coordinator.app.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.coordinator.Refusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptFileTest {

  @TempDir private Path directory;

  private static Refusal refusal(ThrowingCallable asked) {
    return catchThrowableOfType(RefusedException.class, asked).refusal().orElseThrow();
  }

  @Test
  void aFileIsNamedByItsAbsolutePath() throws Exception {
    Path script = Files.writeString(directory.resolve("a.py"), "");

    assertThat(ScriptFile.of(directory.resolve("b/../a.py")).path()).isEqualTo(script);
  }

  @Test
  void whatIsNoFileIsRefusedAsWhatItIs() {
    Path missing = directory.resolve("a.py");

    assertThat(refusal(() -> ScriptFile.of(missing)))
        .isEqualTo(new ScriptRefusal.NoScript(missing));
    assertThat(refusal(() -> ScriptFile.of(directory)))
        .isEqualTo(new ScriptRefusal.NoScriptButDirectory(directory));
  }
}
