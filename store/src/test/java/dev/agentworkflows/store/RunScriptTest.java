package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunScriptTest {

  private static RunScript script(String path, @Nullable String workflowName) {
    return new RunScript(path, "00", workflowName, null, "{}");
  }

  @Test
  void aScriptIsCalledWhatItCallsItself() {
    assertThat(script("/w/a.py", "review").name()).isEqualTo("review");
  }

  @Test
  void aScriptWithoutANameIsCalledAsItsFile() {
    assertThat(script("/w/x y/a.py", null).name()).isEqualTo("a.py");
    assertThat(script("a.py", null).name()).isEqualTo("a.py");
  }
}
