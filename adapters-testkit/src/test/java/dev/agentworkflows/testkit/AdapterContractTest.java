package dev.agentworkflows.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * The kit can fail: each way of breaking the contract is caught by the test that is meant for it.
 */
class AdapterContractTest {

  @Test
  void anAdapterThatKeepsTheContractPasses() {
    assertThat(failedTests(WrongAdapters.Right.class)).isEmpty();
  }

  @Test
  void anIllFormedNameIsCaught() {
    assertThat(failedTests(WrongAdapters.IllNamed.class)).containsExactly("theNamesAreWellFormed");
  }

  @Test
  void anIgnoredSettingIsCaught() {
    assertThat(failedTests(WrongAdapters.IgnoresSettings.class))
        .containsExactly("anUnknownSettingIsRefusedByName");
  }

  @Test
  void aWrongAnswerIsCaught() {
    assertThat(failedTests(WrongAdapters.AnswersSomethingElse.class))
        .containsExactly(
            "aCallCanBeMadeAfterAnInterruptedOne",
            "aCallIsAnswered",
            "manyCallsAtOnceGetTheirOwnAnswers");
  }

  @Test
  void mixedUpCallsAreCaught() {
    assertThat(failedTests(WrongAdapters.MixesCalls.class))
        .containsExactly("manyCallsAtOnceGetTheirOwnAnswers");
  }

  @Test
  void givingUpOnARateLimitIsCaught() {
    assertThat(failedTests(WrongAdapters.GivesUpOnRateLimits.class))
        .containsExactly("aFailureThatPassesMayBeTriedAgain");
  }

  @Test
  void tryingARefusedCallAgainIsCaught() {
    assertThat(failedTests(WrongAdapters.TriesForEver.class))
        .containsExactly("aFailureForGoodIsNotTriedAgain");
  }

  @Test
  void aSecretInAMessageIsCaught() {
    assertThat(failedTests(WrongAdapters.TellsTheSecret.class))
        .containsExactly("theSecretIsInNoFailure");
  }

  @Test
  void aSecretInACauseIsCaught() {
    assertThat(failedTests(WrongAdapters.TellsTheSecretInACause.class))
        .containsExactly("theSecretIsInNoFailure");
  }

  @Test
  @Tag("slow")
  void aSwallowedInterruptionIsCaught() {
    assertThat(failedTests(WrongAdapters.SwallowsInterruption.class))
        .contains("anInterruptedCallEndsSoonAndLeavesNoProcess");
  }

  @Test
  @Tag("slow")
  void aProcessThatIsLeftBehindIsCaught() {
    assertThat(failedTests(WrongAdapters.LeavesAProcess.class))
        .contains("anInterruptedCallEndsSoonAndLeavesNoProcess");
  }

  private static Set<String> failedTests(Class<?> adapterTest) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(adapterTest))
        .execute()
        .testEvents()
        .failed()
        .stream()
        .map(AdapterContractTest::method)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String method(Event event) {
    return event.getTestDescriptor().getDisplayName().replace("()", "");
  }
}
