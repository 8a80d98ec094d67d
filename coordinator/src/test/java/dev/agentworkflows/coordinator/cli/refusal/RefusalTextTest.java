package dev.agentworkflows.coordinator.cli.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.Refusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.WorktreeRefusal;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.RunStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RefusalTextTest {

  private static final Path HOME = Path.of("/p/my home");

  /** Each refusal, and a word of the way on that the command line names. */
  private static final Map<Refusal, String> WAYS =
      Map.ofEntries(
          Map.entry(new HomeRefusal.NoHome(true), "--home DIR"),
          Map.entry(new HomeRefusal.NoRuns(HOME), "--home DIR"),
          Map.entry(new HomeRefusal.NotTrusted(HOME, "it was copied"), "owf trust '/p/my home'"),
          Map.entry(new HomeRefusal.OfAnotherProgram(HOME, HOME), "--home DIR"),
          Map.entry(new HomeRefusal.OpenToOthers(HOME), "--home DIR"),
          Map.entry(new HomeRefusal.NoDirectory(HOME), "OWF_HOME"),
          Map.entry(new HomeRefusal.NotWritable(HOME, "it is full"), "OWF_HOME"),
          Map.entry(new HomeRefusal.NoAdaptersDirectory(HOME, false), "--adapters DIR"),
          Map.entry(new RunRefusal.NoRunYet(), "Run a script first"),
          Map.entry(new RunRefusal.UnknownRun("r"), "`runs` lists"),
          Map.entry(new RunRefusal.UnknownCall("c"), "`calls RUN` lists"),
          Map.entry(new RunRefusal.ChildRun("r", "p", RunRefusal.OfParent.CANCEL), "owf cancel p"),
          Map.entry(new RunRefusal.StillRunning("r"), "End it first"),
          Map.entry(new RunRefusal.NotRunning("r", RunStatus.DONE), "it is done"),
          Map.entry(new RunRefusal.NoOutput("r", RunStatus.FAILED), "`status r`"),
          Map.entry(new RunRefusal.NoQuestion("r", RunStatus.DONE), "waits for no answer"),
          Map.entry(new RunRefusal.UnknownQuestion("r", 4), "no question 4"),
          Map.entry(new RunRefusal.SeveralQuestions("r", List.of()), "--question N"),
          Map.entry(new RunRefusal.QuestionAnswered(1, "go on? no"), "go on? no"),
          Map.entry(new ScriptRefusal.UnknownTemplate("x", List.of("hello")), "hello"),
          Map.entry(new ScriptRefusal.IsDirectory(HOME), "first.py"),
          Map.entry(new ScriptRefusal.FileExists(HOME), "--force"),
          Map.entry(
              new ScriptRefusal.BadSetting(
                  ScriptRefusal.Setting.WAIT_FOR_LIMITS, "-1", "a number above 0"),
              "--wait-for-limits is -1"),
          Map.entry(new ScriptRefusal.NoWorkspace(HOME), "is not a directory"),
          Map.entry(new ScriptRefusal.NeedsApproval(null), "--yes"),
          Map.entry(new ScriptRefusal.NoPython(List.of("python3")), "--python FILE"),
          Map.entry(
              new WorktreeRefusal.None("c", Isolation.NONE, CallStatus.DONE), "isolation is none"),
          Map.entry(new WorktreeRefusal.Removed("c", true), "was applied before"),
          Map.entry(new WorktreeRefusal.Gone("/w", "owf/c"), "on the branch owf/c"),
          Map.entry(new WorktreeRefusal.NotLookedInto("c", "it is outside"), "it is outside"),
          Map.entry(new WorktreeRefusal.InUse("c"), "Wait for that call's end"),
          Map.entry(
              new WorktreeRefusal.AppliedBefore("c", Instant.EPOCH, "/w", "owf/c"),
              "Its worktree is /w"),
          Map.entry(new WorktreeRefusal.NothingChanged("c"), "nothing to apply"),
          Map.entry(new WorktreeRefusal.Submodules(List.of("lib"), "/w"), "by hand from /w"));

  static Stream<Refusal> refusals() {
    return WAYS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalNamesTheWayOn(Refusal refusal) {
    String text = RefusalText.of(new RefusedException(refusal));

    assertThat(text).contains(WAYS.get(refusal)).doesNotContain("..").doesNotEndWith(" ");
    assertThat(text.lines().count()).isLessThanOrEqualTo(2);
  }

  /** Those kinds of which a new record must get a line above. */
  @Test
  void noKindOfRefusalIsLeftOut() {
    assertThat(WAYS.keySet().stream().map(Object::getClass).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Refusal.class.getPermittedSubclasses())
                .flatMap(kind -> Arrays.stream(kind.getPermittedSubclasses()))
                .toList());
  }

  @Test
  void aRefusalItselfNamesNothingOfTheCommandLine() {
    assertThat(WAYS.keySet())
        .allSatisfy(refusal ->
            assertThat(refusal.text())
                .doesNotContain("--")
                .doesNotContain("owf ")
                .doesNotEndWith("."));
  }
}
