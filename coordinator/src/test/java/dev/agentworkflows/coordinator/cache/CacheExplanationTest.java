package dev.agentworkflows.coordinator.cache;

import static dev.agentworkflows.coordinator.testing.Records.call;
import static dev.agentworkflows.coordinator.testing.Records.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.testing.Records.CallBuilder;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.RunRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CacheExplanationTest {

  private static final RunRecord NOW = run("run_3").build();

  private final History history = new History();

  @Test
  void aReasonNamesItsCall() {
    CallBuilder call = call("run_3", 7).label("judge").phase("vote").cache(CacheStatus.DISABLED);

    assertThat(CacheExplanation.explain(NOW, List.of(call.build()), history))
        .containsExactly(
            new CacheReason(
                7,
                "run_3_call_0007",
                "judge",
                "vote",
                CacheStatus.DISABLED,
                "cache policy disabled"));
  }

  @Test
  void aHitNamesTheCallThatWasPaidFor() {
    assertThat(reason(call("run_3", 1).cache(CacheStatus.HIT).answeredBy("run_1_call_0004")))
        .isEqualTo("remembered from run_1_call_0004");
  }

  @Test
  void aMutatingCallIsNeverCached() {
    history.add(run("run_2").build(), call("run_2", 1));

    assertThat(reason(call("run_3", 1).cache(CacheStatus.BYPASSED).key(null).parts(null)))
        .isEqualTo("mutating call: never cached");
  }

  @Test
  void whatNeedsNoEarlierCallAsksForNone() {
    List<CallRecord> calls =
        List.of(
            call("run_3", 1).cache(CacheStatus.HIT).build(),
            call("run_3", 2).cache(CacheStatus.BYPASSED).build());

    CacheExplanation.explain(NOW, calls, history);

    assertThat(history.asked).isEmpty();
  }

  @Test
  void theFirstRunOfAScriptHasNoEarlierCall() {
    assertThat(reason(call("run_3", 1))).isEqualTo("no earlier call");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'prompt':'p2','model':'fake','schema':null} | prompt changed",
        "{'prompt':'p1','model':'gpt-x','schema':null} | model changed fake -> gpt-x",
        "{'prompt':'p1','model':null,'schema':null} | model changed fake -> none",
        "{'prompt':'p1','model':'fake','schema':'5ch'} | schema changed",
        "{'prompt':'p2','model':'gpt-x','schema':null} | prompt changed, model changed fake ->"
            + " gpt-x",
        "{'prompt':'p1','model':'fake','schema':null,'cache_namespace':'b'}"
            + " | cache_namespace changed none -> b",
        "{'model':'fake','schema':null} | prompt changed",
      })
  void aMissSaysWhatDiffersFromTheEarlierCall(String parts, String reason) {
    history.add(run("run_2").build(), call("run_2", 1));

    assertThat(reason(call("run_3", 1).key("other").parts(parts.replace('\'', '"'))))
        .isEqualTo(reason);
  }

  @Test
  void aLabelIsFollowedWhereverTheCallHasMoved() {
    history.add(
        run("run_2").build(),
        call("run_2", 1).parts("{\"prompt\":\"p2\"}"),
        call("run_2", 2).label("judge").parts("{\"prompt\":\"p1\",\"model\":\"old\"}"));

    assertThat(
            reason(call("run_3", 1).label("judge").parts("{\"prompt\":\"p1\",\"model\":\"new\"}")))
        .isEqualTo("model changed old -> new");
  }

  @Test
  void theSecondWithALabelIsComparedToTheSecond() {
    history.add(
        run("run_2").build(),
        call("run_2", 1).label("vote").parts("{\"model\":\"a\"}"),
        call("run_2", 2).label("other").parts("{\"model\":\"b\"}"),
        call("run_2", 3).label("vote").parts("{\"model\":\"c\"}"));
    List<CallRecord> calls =
        List.of(
            call("run_3", 1).label("vote").parts("{\"model\":\"x\"}").build(),
            call("run_3", 2).label("vote").parts("{\"model\":\"x\"}").build());

    assertThat(CacheExplanation.explain(NOW, calls, history))
        .extracting(CacheReason::reason)
        .containsExactly("model changed a -> x", "model changed c -> x");
  }

  @Test
  void labelsWithOneHashAreToldApart() {
    assertThat("Aa").hasSameHashCodeAs("BB");
    history.add(
        run("run_2").build(),
        call("run_2", 1).label("Aa").parts("{\"model\":\"a\"}"),
        call("run_2", 2).label("BB").parts("{\"model\":\"b\"}"));

    assertThat(reason(call("run_3", 9).label("BB").parts("{\"model\":\"x\"}")))
        .isEqualTo("model changed b -> x");
    assertThat(reason(call("run_3", 9).label("Aa").parts("{\"model\":\"x\"}")))
        .isEqualTo("model changed a -> x");
  }

  @Test
  void aLabelThatTheNewestRunLacksIsFoundInAnOlderOne() {
    history.add(run("run_2").build(), call("run_2", 1).parts("{\"model\":\"newest\"}"));
    history.add(
        run("run_1").build(), call("run_1", 5).label("judge").parts("{\"model\":\"older\"}"));

    assertThat(reason(call("run_3", 1).label("judge").parts("{\"model\":\"x\"}")))
        .isEqualTo("model changed older -> x");
    assertThat(reason(call("run_3", 1).label("unheard").parts("{\"model\":\"x\"}")))
        .isEqualTo("model changed newest -> x");
  }

  @Test
  void aResumedRunIsComparedToTheOneItResumed() {
    history.add(run("run_2").build(), call("run_2", 1).parts("{\"model\":\"newest\"}"));
    history.add(run("run_1").build(), call("run_1", 1).parts("{\"model\":\"resumed\"}"));
    RunRecord resume = run("run_3").resumedFrom("run_1").build();

    assertThat(reason(resume, call("run_3", 1).parts("{\"model\":\"x\"}")))
        .isEqualTo("model changed resumed -> x");
  }

  @Test
  void aRunThatWasResumedLongAfterwardsIsComparedAllTheSame() {
    history.add(run("run_2").build(), call("run_2", 1).parts("{\"model\":\"newest\"}"));
    history.calls.put("run_0", List.of(call("run_0", 1).parts("{\"model\":\"resumed\"}").build()));
    RunRecord resume = run("run_3").resumedFrom("run_0").build();

    assertThat(reason(resume, call("run_3", 1).parts("{\"model\":\"x\"}")))
        .isEqualTo("model changed resumed -> x");
  }

  @ParameterizedTest
  @EnumSource(
      value = CallStatus.class,
      names = {"FAILED", "SCHEMA_FAILED", "TIMEOUT", "PROVIDER_FAILED", "CANCELLED"})
  void aFailureIsNeverReused(CallStatus status) {
    history.add(run("run_2").build(), call("run_2", 1).status(status));

    assertThat(reason(call("run_3", 1))).isEqualTo("earlier call failed: " + status.label());
  }

  @Test
  void aCallThatItsRunsEndCutOffWasNotRemembered() {
    history.add(run("run_2").build(), call("run_2", 1).status(CallStatus.RUNNING));

    assertThat(reason(call("run_3", 1))).isEqualTo("earlier call did not finish");
  }

  @Test
  void policiesExplainWhyTheSameCallWasNotAnswered() {
    history.add(run("run_2").build(), call("run_2", 1));
    assertThat(reason(run("run_3").cachePolicy("refresh").build(), call("run_3", 1)))
        .isEqualTo("cache policy refresh");

    history.add(run("run_2").cachePolicy("read_only").build(), call("run_2", 1));
    assertThat(reason(call("run_3", 1)))
        .isEqualTo("earlier call was not remembered (cache policy read_only)");

    history.add(run("run_2").build(), call("run_2", 1).cache(CacheStatus.DISABLED));
    assertThat(reason(call("run_3", 1)))
        .isEqualTo("earlier call was not remembered (cache policy disabled)");
  }

  @Test
  void aCallThatUsedToMutateLeftNothingToRemember() {
    history.add(
        run("run_2").build(), call("run_2", 1).cache(CacheStatus.BYPASSED).key(null).parts(null));

    assertThat(reason(call("run_3", 1))).isEqualTo("earlier call was not remembered (bypassed)");
  }

  @Test
  void aReadThatEndedBeforeItsKeyWasKnownIsPassedOver() {
    history.add(run("run_2").build(), waitingRead("run_2").status(CallStatus.CANCELLED));
    history.add(
        run("run_1").build(), call("run_1", 1).label("review").parts("{\"model\":\"older\"}"));

    assertThat(reason(call("run_3", 1).label("review").parts("{\"model\":\"x\"}")))
        .isEqualTo("model changed older -> x");
    assertThat(reason(call("run_3", 1).parts("{\"model\":\"x\"}")))
        .as("at the same position")
        .isEqualTo("model changed older -> x");
  }

  @Test
  void aReadWhoseOnlyEarlierOneHadNoKeySaysSo() {
    history.add(run("run_2").build(), waitingRead("run_2").status(CallStatus.CANCELLED));
    history.add(run("run_1").build(), call("run_1", 1).label("other"));

    assertThat(reason(call("run_3", 1).label("review"))).isEqualTo("earlier call did not finish");
  }

  @Test
  void aReadWithoutAKeyIsNotComparedItself() {
    history.add(run("run_2").build(), call("run_2", 1).label("review"));

    assertThat(reason(waitingRead("run_3").status(CallStatus.RUNNING)))
        .isEqualTo("its key is not known yet");
    assertThat(reason(waitingRead("run_3").status(CallStatus.CANCELLED)))
        .isEqualTo("it ended before its key was known");
    assertThat(reason(waitingRead("run_3").cache(CacheStatus.DISABLED)))
        .isEqualTo("cache policy disabled");
  }

  private static CallBuilder waitingRead(String runId) {
    return call(runId, 1).label("review").key(null).parts(null);
  }

  @Test
  void oneMoreOfTheSameIsAnotherSample() {
    history.add(run("run_2").build(), call("run_2", 1));

    assertThat(reason(call("run_3", 1).occurrence(2)))
        .isEqualTo("no remembered result for occurrence 2");
  }

  @Test
  void equalPartsUnderAnotherKeyMeanAnotherFormOfKey() {
    history.add(run("run_2").build(), call("run_2", 1).key("v1"));

    assertThat(reason(call("run_3", 1).key("v2"))).isEqualTo("the form of the call key changed");
  }

  @Test
  void longValuesAreComparedWholeAndCutWhereTheyAreShown() {
    history.add(run("run_2").build(), call("run_2", 1));

    assertThat(reason(call("run_3", 1).parts("{\"model\":\"" + "x".repeat(500) + "\"}")))
        .contains("model changed fake -> xxx")
        .hasSizeLessThan(150);

    history.add(
        run("run_2").build(), call("run_2", 1).parts("{\"model\":\"" + "x".repeat(500) + "y\"}"));
    assertThat(reason(call("run_3", 1).parts("{\"model\":\"" + "x".repeat(500) + "z\"}")))
        .startsWith("model changed x");
  }

  private String reason(CallBuilder call) {
    return reason(NOW, call);
  }

  private String reason(RunRecord run, CallBuilder call) {
    return CacheExplanation.explain(run, List.of(call.build()), history).get(0).reason();
  }

  private static final class History implements EarlierRuns {

    private final Map<String, RunRecord> runs = new LinkedHashMap<>();
    private final Map<String, List<CallRecord>> calls = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();

    void add(RunRecord run, CallBuilder... itsCalls) {
      runs.put(run.id(), run);
      calls.put(run.id(), Arrays.stream(itsCalls).map(CallBuilder::build).toList());
    }

    @Override
    public List<RunRecord> before(String runId, int limit) {
      asked.add(runId);
      return List.copyOf(runs.values());
    }

    @Override
    public List<CallRecord> calls(String runId) {
      asked.add(runId);
      return calls.getOrDefault(runId, List.of());
    }

    @Override
    public List<CallRecord> calls(String runId, int afterIndex, int limit) {
      asked.add(runId);
      return calls.getOrDefault(runId, List.of()).stream()
          .filter(call -> call.identity().index() > afterIndex)
          .limit(limit)
          .toList();
    }
  }
}
