package dev.agentworkflows.coordinator.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.ProviderRefusal;
import dev.agentworkflows.coordinator.Refusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.WorktreeRefusal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class RefusalTextTest {

  private static final Path HOME = Path.of("/p/home");

  /** Of those for which the command line names an option or a command. */
  static final List<Refusal> REFUSALS =
      List.of(
          new HomeRefusal.NotWritable(HOME, "it is full"),
          new HomeRefusal.NoRuns(HOME),
          new RunRefusal.UnknownRun("r"),
          new RunRefusal.ChildRun("r", "p", RunRefusal.OfParent.ANSWER),
          new ScriptRefusal.BadSetting(ScriptRefusal.Setting.TIMEOUT, "0", "a number above 0"),
          new ScriptRefusal.FileExists(HOME),
          new ScriptRefusal.PythonTooOld("/py (PATH)", "3.8.1"),
          new ScriptRefusal.PythonSilent("/py (PATH)"),
          new ProviderRefusal.Unusable("claude", "it has no key."),
          new WorktreeRefusal.GitFailed("the repository /p has no commit yet"));

  @ParameterizedTest
  @FieldSource("REFUSALS")
  void aModelIsToldTheFactsWithoutTheCommandLine(Refusal refusal) {
    assertThat(RefusalText.of(new RefusedException(refusal)))
        .startsWith(refusal.text())
        .endsWith(".")
        .doesNotContain("--", "owf ", "..");
  }
}
