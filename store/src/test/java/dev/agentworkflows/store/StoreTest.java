package dev.agentworkflows.store;

import static dev.agentworkflows.store.Samples.KEY;
import static dev.agentworkflows.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoreTest {
  private static final String RUN = "run_20261122_120000_aaaaaa";

  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(directory.resolve("workflow.sqlite"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aRunComesBackAsItWasWritten() {
    RunRecord full =
        new RunRecord(
            RUN,
            RunStatus.BUDGET_EXCEEDED,
            new RunScript(
                "/w/ü?#.py", "cd".repeat(32), "name", "what it does", "{\"name\":\"name\"}"),
            new RunSettings(
                "{\"a\":\"\ud800\u0000\"}", "fake", "model", "read_only", "/w", 12.5, 90L),
            new RunLineage("run_parent", "run_before", 3),
            new RunBudget(
                1_000L,
                999L,
                new BigDecimal("100"),
                new BigDecimal("0.000000001"),
                new JobBudget(true, 7, new BigDecimal("0.25"))),
            new RunTimes(NOON, NOON.plusSeconds(1), NOON.plusSeconds(2)),
            new RunError("BudgetExceeded", "nothing is left"),
            "/w/.workflows/runs/x",
            "owner-1");

    store.writer().addRun(full).join();

    assertThat(store.reader().run(RUN)).contains(Samples.in(directory, full));
    assertThat(store.reader().run("run_other")).isEmpty();
  }

  @Test
  void aRunWithNothingOptionalComesBackToo() {
    store.writer().addRun(Samples.run(RUN)).join();

    assertThat(store.reader().run(RUN)).contains(Samples.in(directory, Samples.run(RUN)));
    assertThat(store.reader().outputJson(RUN)).isEmpty();
    assertThat(store.reader().traceback(RUN)).isEmpty();
  }

  @Test
  void aRunsEndIsKept() {
    store.writer().addRun(Samples.run(RUN));
    store
        .writer()
        .endRun(
            new RunCompletionRow(
                RUN,
                RunStatus.FAILED,
                "{\"x\":\"\udfff\"}",
                "ValueError",
                "no",
                "Traceback\n",
                42,
                new BigDecimal("1.5"),
                NOON.plusSeconds(9)))
        .join();

    RunRecord run = store.reader().run(RUN).orElseThrow();
    assertThat(run.status()).isEqualTo(RunStatus.FAILED);
    assertThat(run.error().kind()).isEqualTo("ValueError");
    assertThat(run.error().message()).isEqualTo("no");
    assertThat(run.budget().spentTokens()).isEqualTo(42);
    assertThat(run.budget().spentCostUsd()).isEqualTo(new BigDecimal("1.5"));
    assertThat(run.times().completedAt()).isEqualTo(NOON.plusSeconds(9));
    assertThat(store.reader().outputJson(RUN)).contains("{\"x\":\"\udfff\"}");
    assertThat(store.reader().traceback(RUN)).contains("Traceback\n");
  }

  @Test
  void runsAreListedNewestFirstAndTheLatestIsNobodysChild() {
    store.writer().addRun(Samples.run("run_a", NOON.plusSeconds(1), null, "/w/a.py", "o"));
    store.writer().addRun(Samples.run("run_other", NOON.plusSeconds(1), null, "/w/other.py", "o"));
    store.writer().addRun(Samples.run("run_b", NOON.plusSeconds(2), null, "/w/a.py", "o"));
    store.writer().addRun(Samples.run("run_c", NOON.plusSeconds(3), "run_b", "/w/child.py", "o"));
    store
        .writer()
        .addRun(Samples.run("run_d", NOON.plusSeconds(4), "run_b", "/w/child.py", "o"))
        .join();

    assertThat(store.reader().runs(3))
        .extracting(RunRecord::id)
        .containsExactly("run_d", "run_c", "run_b");
    assertThat(store.reader().latestRun()).map(RunRecord::id).contains("run_b");
    assertThat(store.reader().children("run_b"))
        .extracting(RunRecord::id)
        .containsExactly("run_c", "run_d");
    assertThat(store.reader().earlierRuns("run_b", 9))
        .extracting(RunRecord::id)
        .containsExactly("run_a");
    assertThat(store.reader().earlierRuns("run_a", 9)).isEmpty();
  }

  @Test
  void anEmptyStoreAnswersEverythingWithNothing() {
    assertThat(store.reader().latestRun()).isEmpty();
    assertThat(store.reader().runs(10)).isEmpty();
    assertThat(store.reader().calls(RUN)).isEmpty();
    assertThat(store.reader().call(RUN + "_call_0001")).isEmpty();
    assertThat(store.reader().texts("no call id")).isEmpty();
    assertThat(store.reader().events(RUN, 0, 10)).isEmpty();
    assertThat(store.history().standingWorktrees()).isEmpty();
    assertThat(Samples.remembered(store, KEY, 1)).isEmpty();
    assertThat(store.reader().ownersOfRunningRuns()).isEmpty();
  }

  @Test
  void aCallComesBackAsItWasWritten() {
    CallStart start =
        new CallStart(
            new CallIdentity(Samples.callId(RUN, 1), RUN, 1, "label", "phase \ud800"),
            new CacheUse(CacheStatus.BYPASSED, null, 0, "{\"prompt\":\"aa\"}"),
            0,
            new AskedCall(
                "fake", "asked", "reviewer", Isolation.WORKTREE, true, "ee".repeat(32), null),
            "prompt",
            NOON);
    CallCompletionRow end =
        new CallCompletionRow(
            start.identity().id(),
            CallStatus.SCHEMA_FAILED,
            "answered",
            new KeptWorktree("/wt", "owf/x", List.of("a b\nc", "ü\"", "z\udc80")),
            new CallValidation(
                ValidationStatus.INVALID, "[{\"path\":\"$\",\"message\":\"no\"}]", 2),
            new CallUsage(1L, 2L, 3L, 4L, new BigDecimal("12.000000001")),
            new CallAttempts(3, 4, 5),
            "text",
            "{}",
            "did not match",
            NOON.plusSeconds(1),
            CallCompletionRow.Remember.NO,
            null);
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(start);
    store.writer().endCall(end).join();

    CallRecord expected =
        new CallRecord(
            new CallIdentity(start.identity().id(), RUN, 1, "label", "phase \ud800"),
            CallStatus.SCHEMA_FAILED,
            "did not match",
            new CacheUse(CacheStatus.BYPASSED, null, 0, "{\"prompt\":\"aa\"}"),
            new AskedCall(
                "fake", "answered", "reviewer", Isolation.WORKTREE, true, "ee".repeat(32), null),
            new KeptWorktree(
                Samples.worktree(directory, start.identity().id()),
                "owf/x",
                end.worktree().changedFiles()),
            new CallValidation(ValidationStatus.INVALID, end.validation().errorsJson(), 2),
            new CallUsage(1L, 2L, 3L, 4L, new BigDecimal("12.000000001")),
            new CallAttempts(3, 4, 5),
            null,
            NOON,
            NOON.plusSeconds(1),
            CallProgress.NONE);
    assertThat(store.reader().call(start.identity().id())).contains(expected);
    assertThat(store.reader().calls(RUN)).containsExactly(expected);
    assertThat(store.reader().texts(start.identity().id()))
        .contains(new CallTexts("prompt", "text", "{}", "did not match"));
  }

  @Test
  void aRunningCallHasNoEnd() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.start(RUN, 12_345, "prompt")).join();

    CallRecord call = store.reader().call(RUN + "_call_12345").orElseThrow();
    assertThat(call.status()).isEqualTo(CallStatus.RUNNING);
    assertThat(call.cache().key()).isEqualTo(KEY);
    assertThat(call.completedAt()).isNull();
    assertThat(call.usage().estimatedCostUsd()).isNull();
    assertThat(store.reader().texts(call.id())).contains(new CallTexts("prompt", null, null, null));
  }

  @Test
  void callsAreListedByIndexWhateverTheOrderOfTheirWriting() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().addRun(Samples.run("run_next"));
    for (int index : new int[] {2, 3, 1}) {
      store.writer().startCall(Samples.start(RUN, index, "p"));
      store.writer().startCall(Samples.start("run_next", index, "p")).join();
    }

    assertThat(store.reader().calls(RUN))
        .extracting(call -> call.identity().index())
        .containsExactly(1, 2, 3);
    assertThat(store.reader().calls(RUN))
        .extracting(call -> call.identity().runId())
        .containsOnly(RUN);
  }

  @Test
  void aRememberedAnswerIsFoundByKeyAndOccurrence() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.start(RUN, 1, "p", KEY, 1));
    store.writer().startCall(Samples.start(RUN, 2, "p", KEY, 2));
    store.writer().startCall(Samples.start(RUN, 3, "p", KEY, 3));
    store.writer().endCall(Samples.end(RUN, 1, "first", true));
    store.writer().endCall(Samples.end(RUN, 2, "second \ud800", true));
    store.writer().endCall(Samples.end(RUN, 3, "not remembered", false)).join();

    assertThat(Samples.remembered(store, KEY, 1))
        .contains(new RememberedResult(Samples.callId(RUN, 1), "fake", null, "first", null, null));
    assertThat(Samples.remembered(store, KEY, 2))
        .map(RememberedResult::text)
        .contains("second \ud800");
    assertThat(Samples.remembered(store, KEY, 3)).isEmpty();
    assertThat(Samples.remembered(store, "ff".repeat(32), 1)).isEmpty();
  }

  @Test
  void aCallWhoseAnswerIsGoneStandsInForNone() throws SQLException {
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.placed(RUN, 1, 7, 71));
    store.writer().endCall(Samples.end(RUN, 1, "answer", true)).join();
    long call = store.reader().placedCalls(RUN).get(0).answer();
    assertThat(store.reader().answer(call, KEY)).isPresent();

    try (Connection other = Database.at(directory.resolve("workflow.sqlite")).connectForWriting();
        Statement statement = other.createStatement()) {
      assertThat(statement.executeUpdate("DELETE FROM answer")).isOne();
    }

    assertThat(store.reader().answer(call, KEY)).isEmpty();
    assertThat(store.reader().remembered(KEY, 0, 1, true, "run_other", 9)).isEmpty();
  }

  @Test
  void answersOfPlacesAreMoreAndMoreSamples() {
    store.writer().addRun(Samples.run(RUN));
    for (int index = 1; index <= 3; index++) {
      // Its occurrence says nothing about its number.
      store.writer().startCall(Samples.placed(RUN, index, 7, 70 + index));
      store.writer().endCall(Samples.end(RUN, index, "answer " + index, true)).join();
    }

    assertThat(store.reader().remembered(KEY, 0, 1, true, "run_other", 9))
        .extracting(RememberedSample::number)
        .containsExactly(1, 2, 3);
    assertThat(store.reader().remembered(KEY, 1, 1, true, "run_other", 1))
        .extracting(sample -> sample.result().text())
        .containsExactly("answer 2");
    assertThat(store.reader().remembered(KEY, 0, 1, true, "run_other", 9))
        .extracting(RememberedSample::own)
        .containsOnly(false);
    assertThat(store.reader().remembered(KEY, 0, 1, true, RUN, 9))
        .extracting(RememberedSample::own)
        .containsOnly(true);
  }

  @Test
  void aRunsPlacedCallsTellWhoseAnswersTheyHave() {
    store.writer().addRun(Samples.run(RUN));
    store
        .writer()
        .addRun(Samples.run("run_later", NOON.plusSeconds(1), null, "/w/a.py", "owner-1"));
    store.writer().startCall(Samples.placed(RUN, 1, 1, 71));
    store.writer().endCall(Samples.end(RUN, 1, "answer", true));
    store.writer().startCall(Samples.placed(RUN, 2, 2, 72));
    store.writer().endCall(Samples.end(RUN, 2, "not to be reused", false));
    store.writer().startCall(Samples.start(RUN, 3, "no place"));
    store.writer().addHit(Samples.hit("run_later", 1, 1, 73, Samples.callId(RUN, 1))).join();

    List<PlacedCall> calls = store.reader().placedCalls(RUN);
    long answer = calls.get(0).answer();
    long key = 0x0123456789abcdefL;
    assertThat(calls).containsExactly(new PlacedCall(71, key, answer), new PlacedCall(72, key, 0));
    assertThat(store.reader().placedCalls("run_later"))
        .containsExactly(new PlacedCall(73, key, answer));
    assertThat(store.reader().answer(answer, KEY)).map(RememberedResult::text).contains("answer");
    assertThat(store.reader().answer(answer, "ff".repeat(32))).as("another key's").isEmpty();
    assertThat(store.reader().answer(answer + 99, KEY)).isEmpty();
  }

  @Test
  void theLatestRunOfAScriptThatHasEndedIsFound() {
    store.writer().addRun(Samples.run("run_1", NOON, null, "/w/a.py", "owner-1"));
    store.writer().endRun(Samples.ending("run_1"));
    store.writer().addRun(Samples.run("run_2", NOON.plusSeconds(1), null, "/w/a.py", "owner-1"));
    store.writer().addRun(Samples.run("run_3", NOON.plusSeconds(2), "run_2", "/w/a.py", "owner-1"));
    store.writer().endRun(Samples.ending("run_3")).join();

    assertThat(store.reader().latestEndedRun("/w/a.py")).map(RunRecord::id).contains("run_1");
    assertThat(store.reader().latestEndedRun("/w/b.py")).isEmpty();
  }

  @Test
  void aRefreshedAnswerReplacesTheRememberedOne() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.start(RUN, 1, "p"));
    store.writer().endCall(Samples.end(RUN, 1, "old", true));
    store.writer().startCall(Samples.start(RUN, 2, "p"));
    store.writer().endCall(Samples.end(RUN, 2, "new", true)).join();

    assertThat(Samples.remembered(store, KEY, 1)).map(RememberedResult::text).contains("new");
  }

  @Test
  void anAnswerStandsBeforeTheEndThatTakesItsPlace() {
    store.writer().addRun(Samples.run(RUN));
    for (int index = 1; index <= 2; index++) {
      store.writer().startCall(Samples.placed(RUN, index, 7, 70 + index));
      store.writer().answerCall(Samples.end(RUN, index, "answer " + index, true)).join();
    }
    assertThat(remembered()).containsExactly("answer 1", "answer 2");
    assertThat(store.reader().call(Samples.callId(RUN, 1)).map(CallRecord::status))
        .contains(CallStatus.DONE);
    List<UsageRecord> counted = store.reader().usage();

    store.writer().endCall(Samples.end(RUN, 1, "answer 1", true));
    store.writer().endCall(Samples.end(RUN, 2, "answer 2", false)).join();
    assertThat(remembered()).as("once, and not what is not to be").containsExactly("answer 1");
    assertThat(store.reader().usage()).isEqualTo(counted);
  }

  private List<String> remembered() {
    return store.reader().remembered(KEY, 0, 1, true, "run_other", 9).stream()
        .map(sample -> String.valueOf(sample.result().text()))
        .toList();
  }

  @Test
  void aMutatingCallIsNeverRemembered() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.start(RUN, 1, "p", null, 0));
    store.writer().endCall(Samples.end(RUN, 1, "edited", true)).join();

    assertThat(store.reader().call(Samples.callId(RUN, 1)).orElseThrow().cache().key()).isNull();
    assertThat(Samples.remembered(store, KEY, 0)).isEmpty();
  }

  @Test
  void aHitHasTheTextsOfTheCallThatAnsweredIt() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().addRun(Samples.run("run_again"));
    store.writer().startCall(Samples.start(RUN, 7, "the prompt"));
    store.writer().endCall(Samples.end(RUN, 7, "the answer", true));
    CallHit hit = Samples.hit("run_again", 1, 1, Samples.callId(RUN, 7));
    store.writer().addHit(hit).join();

    CallRecord call = store.reader().call(hit.identity().id()).orElseThrow();
    assertThat(call.status()).isEqualTo(CallStatus.DONE);
    assertThat(call.cache().status()).isEqualTo(CacheStatus.HIT);
    assertThat(call.answeredBy()).isEqualTo(Samples.callId(RUN, 7));
    assertThat(call.identity().label()).isEqualTo("label");
    assertThat(call.cache().keyPartsJson()).isEqualTo(hit.keyPartsJson());
    assertThat(call.asked().model()).isEqualTo("m-1");
    assertThat(call.validation().status()).isEqualTo(ValidationStatus.VALID);
    assertThat(call.createdAt()).isEqualTo(NOON);
    assertThat(call.completedAt()).isEqualTo(NOON);
    assertThat(store.reader().texts(hit.identity().id()))
        .contains(new CallTexts("the prompt", "the answer", null, null));
  }

  @Test
  void aHitThatWaitedEndsWhenItIsAnsweredAndKeepsNoPrompt() throws Exception {
    store.writer().addRun(Samples.run(RUN));
    store.writer().addRun(Samples.run("run_again"));
    store.writer().startCall(Samples.start(RUN, 7, "the prompt"));
    store.writer().endCall(Samples.end(RUN, 7, "the answer", true));
    store.writer().startCall(Samples.start("run_again", 1, "the prompt", null, 0));
    CallWait wait = new CallWait("its turn", NOON, null);
    store.writer().waitCall(Samples.callId("run_again", 1), 0, wait).join();
    int prompts = prompts();

    CallHit hit = Samples.hit("run_again", 1, 1, Samples.callId(RUN, 7));
    store.writer().addHit(Samples.completed(hit, NOON.plusSeconds(9))).join();

    CallRecord call = store.reader().call(hit.identity().id()).orElseThrow();
    assertThat(call.status()).isEqualTo(CallStatus.DONE);
    assertThat(call.cache().status()).isEqualTo(CacheStatus.HIT);
    assertThat(call.cache().key()).isEqualTo(Samples.KEY);
    assertThat(call.answeredBy()).isEqualTo(Samples.callId(RUN, 7));
    assertThat(call.waiting()).isNull();
    assertThat(call.createdAt()).isEqualTo(NOON);
    assertThat(call.completedAt()).isEqualTo(NOON.plusSeconds(9));
    assertThat(store.reader().texts(hit.identity().id()))
        .contains(new CallTexts("the prompt", "the answer", null, null));
    assertThat(prompts()).isEqualTo(prompts - 1);
    assertThatThrownBy(() -> store.writer().addHit(hit).join())
        .as("it is there already")
        .hasRootCauseInstanceOf(StoreException.class);
  }

  private int prompts() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("workflow.sqlite"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM prompt")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void eventsComeInOrderAfterAPosition() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().addRun(Samples.run("run_next"));
    for (int position = 1; position <= 5; position++) {
      store.writer().addEvent(Samples.event(RUN, position));
      store.writer().addEvent(Samples.event("run_next", position)).join();
    }

    assertThat(store.reader().events(RUN, 0, 2))
        .containsExactly(Samples.event(RUN, 1), Samples.event(RUN, 2));
    assertThat(store.reader().events(RUN, 3, 99))
        .containsExactly(Samples.event(RUN, 4), Samples.event(RUN, 5));
  }

  @Test
  void theRunsOfADeadOwnerAreInterruptedAndNobodyElses() {
    store.writer().addRun(Samples.run("run_dead", NOON, null, "/w/a.py", "dead"));
    store.writer().addRun(Samples.run("run_ended", NOON, null, "/w/a.py", "dead"));
    store.writer().addRun(Samples.run("run_alive", NOON, null, "/w/a.py", "alive"));
    store.writer().endRun(Samples.ending("run_ended"));
    store.writer().startCall(Samples.start("run_dead", 1, "p"));
    store.writer().endCall(Samples.end("run_dead", 1, "finished", true));
    store.writer().startCall(Samples.start("run_dead", 2, "p"));
    store.writer().startCall(Samples.start("run_alive", 1, "p")).join();
    assertThat(store.reader().ownersOfRunningRuns()).containsExactlyInAnyOrder("dead", "alive");

    store.writer().interruptRunsOf(Set.of("dead", "unknown"), NOON.plusSeconds(60)).join();

    RunRecord dead = store.reader().run("run_dead").orElseThrow();
    assertThat(dead.status()).isEqualTo(RunStatus.INTERRUPTED);
    assertThat(dead.times().completedAt()).isEqualTo(NOON.plusSeconds(60));
    assertThat(dead.error().kind()).isEqualTo("Interrupted");
    assertThat(dead.error().message()).contains("resume run_dead");
    assertThat(store.reader().calls("run_dead"))
        .extracting(CallRecord::status)
        .containsExactly(CallStatus.DONE, CallStatus.CANCELLED);
    assertThat(store.reader().calls("run_dead").get(1).completedAt())
        .isEqualTo(NOON.plusSeconds(60));
    assertThat(store.reader().run("run_ended").orElseThrow().status()).isEqualTo(RunStatus.DONE);
    assertThat(store.reader().run("run_alive").orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(store.reader().calls("run_alive").get(0).status()).isEqualTo(CallStatus.RUNNING);
    assertThat(store.reader().ownersOfRunningRuns()).containsExactly("alive");
  }

  @Test
  void aCallOutWhenItsCoordinatorDiedCountsWhatItMayHaveTaken() {
    store.writer().addRun(Samples.run("run_dead", NOON, null, "/w/a.py", "dead"));
    store.writer().startCall(Samples.start("run_dead", 1, "it went out"));
    store.writer().sendCall(sent("run_dead", 1, 100, 50, "0.25"));
    store.writer().startCall(Samples.start("run_dead", 2, "it waited"));
    store.writer().startCall(Samples.start("run_dead", 3, "without a price"));
    store.writer().sendCall(sent("run_dead", 3, 7, 0, null)).join();
    assertThat(store.reader().usage()).isEmpty();

    store.writer().interruptRunsOf(Set.of("dead"), NOON.plusSeconds(60)).join();

    RunRecord dead = store.reader().run("run_dead").orElseThrow();
    assertThat(dead.budget().spentTokens()).isEqualTo(157);
    assertThat(dead.budget().spentCostUsd()).isEqualByComparingTo("0.25");
    assertThat(store.reader().calls("run_dead"))
        .extracting(CallRecord::error)
        .satisfies(errors -> {
          assertThat(errors.get(0)).contains("counted by an estimate");
          assertThat(errors.get(1)).isEqualTo("the run was interrupted");
        });
    UsageRecord usage = store.reader().usage().get(0);
    assertThat(usage.calls()).isEqualTo(2);
    assertThat(usage.unpricedCalls()).isEqualTo(1);
    assertThat(usage.inputTokens() + usage.outputTokens()).isEqualTo(157);
  }

  @Test
  void aCallTellsWhatItWaitsForUntilItGoesOut() {
    CallWait wait = new CallWait("a free place at x", NOON, NOON.plusSeconds(9));
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.start(RUN, 1, "p"));
    store.writer().waitCall(Samples.callId(RUN, 1), 0, wait).join();
    assertThat(store.reader().calls(RUN).get(0).waiting()).isEqualTo(wait);

    store.writer().sendCall(sent(RUN, 1, 7, 0, null));
    store.writer().waitCall(Samples.callId(RUN, 1), 0, wait).join();
    assertThat(store.reader().calls(RUN).get(0).waiting()).as("told too late").isNull();

    store.writer().waitCall(Samples.callId(RUN, 1), 1, wait).join();
    assertThat(store.reader().calls(RUN).get(0).waiting())
        .as("between two attempts")
        .isEqualTo(wait);

    store.writer().endCall(Samples.end(RUN, 1, "an answer", true)).join();
    assertThat(store.reader().calls(RUN).get(0).waiting()).isNull();
  }

  @Test
  void whatACallTookTakesThePlaceOfWhatItMightHave() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.start(RUN, 1, "p"));
    store.writer().sendCall(sent(RUN, 1, 1_000, 1_000, "9"));
    store.writer().endCall(Samples.end(RUN, 1, "an answer", true));
    store.writer().sendCall(sent(RUN, 1, 1_000, 1_000, "9")).join();

    assertThat(store.reader().calls(RUN).get(0).usage().inputTokens()).isEqualTo(10);
    assertThat(store.reader().usage()).extracting(UsageRecord::inputTokens).containsExactly(10L);
  }

  private static CallSent sent(
      String run, int index, long input, long output, @Nullable String cost) {
    return new CallSent(
        Samples.callId(run, index), 1, input, output, cost == null ? null : new BigDecimal(cost));
  }

  @Test
  void aRemovedAttemptsSpendingStaysSpentForItsJob() {
    store.writer().addRun(Samples.run("run_a"));
    store.writer().startCall(Samples.start("run_a", 1, "p"));
    store.writer().endCall(Samples.end("run_a", 1, "an answer", true));
    store.writer().endRun(Samples.ending("run_a"));
    store
        .writer()
        .addRun(Samples.resuming("run_b", "run_a", new JobBudget(false, 30, BigDecimal.ONE)));
    store.writer().endRun(Samples.ending("run_b")).join();
    assertThat(store.reader().jobSpending("run_b").tokens())
        .as("the ends say what was spent")
        .isZero();

    assertThat(store.writer().removeRun("run_a", NOON.plusSeconds(9)).join()).isTrue();

    assertThat(store.reader().jobSpending("run_b").tokens()).isEqualTo(30);
    assertThat(store.reader().jobSpending("run_b").costUsd()).isEqualByComparingTo("1");
  }

  @Test
  void aRunThatIsOverHasNoCallInFlight() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.start(RUN, 1, "p"));
    store.writer().endCall(Samples.end(RUN, 1, "finished", true));
    store.writer().startCall(Samples.start(RUN, 2, "q"));

    store.writer().endRun(Samples.ending(RUN)).join();

    assertThat(store.reader().calls(RUN))
        .extracting(CallRecord::status)
        .containsExactly(CallStatus.DONE, CallStatus.CANCELLED);
  }

  @Test
  void anInterruptedRunsBooksAreClosedFromItsCallsAndItsChildren() {
    store.writer().addRun(Samples.run("run_parent", NOON, null, "/w/a.py", "dead"));
    store.writer().addRun(Samples.run("run_child", NOON, "run_parent", "/w/b.py", "dead"));
    store.writer().startCall(Samples.start("run_parent", 1, "p"));
    store.writer().endCall(Samples.end("run_parent", 1, "finished", true));
    for (int index = 1; index <= 2; index++) {
      store.writer().startCall(Samples.start("run_child", index, "p"));
      store.writer().endCall(Samples.end("run_child", index, "finished", true));
    }

    store.writer().interruptRunsOf(Set.of("dead"), NOON.plusSeconds(60)).join();

    RunRecord child = store.reader().run("run_child").orElseThrow();
    RunRecord parent = store.reader().run("run_parent").orElseThrow();
    assertThat(child.budget().spentTokens()).isEqualTo(2 * (10 + 20));
    assertThat(parent.budget().spentTokens()).isEqualTo(3 * (10 + 20));
    assertThat(parent.budget().spentCostUsd()).isEqualByComparingTo("0.00369");
  }

  @Test
  void aWriteThatMakesNoSenseFailsPlainlyAndAlone() {
    CompletableFuture<Void> run = store.writer().addRun(Samples.run(RUN));
    CompletableFuture<Void> twice = store.writer().addRun(Samples.run(RUN));
    CompletableFuture<Void> orphan =
        store.writer().startCall(Samples.start("run_none", 1, "secret"));
    CompletableFuture<Void> unstarted = store.writer().endCall(Samples.end(RUN, 9, "secret", true));
    CompletableFuture<Void> event = store.writer().addEvent(Samples.event(RUN, 1));

    run.join();
    event.join();
    assertThat(Failures.of(twice)).hasMessageContaining("one with the same id");
    assertThat(Failures.of(orphan)).hasMessageContaining("no run \"run_none\"");
    assertThat(Failures.of(unstarted)).hasMessageContaining("no call \"" + RUN + "_call_0009\"");
    assertThat(Samples.remembered(store, KEY, 1)).isEmpty();
    assertThat(store.reader().events(RUN, 0, 9)).hasSize(1);
  }

  @Test
  void promptsOfEveryKindSurviveExactly() {
    String twentyMegabytes = "0123456789abcdef".repeat(20 * 1024 * 1024 / 16) + "\ud800";
    List<String> prompts =
        List.of("", "\u0000", "a\u0000b", "\ud800", "\udc00\ud800", "🙂 ü", twentyMegabytes);
    store.writer().addRun(Samples.run(RUN));
    for (int i = 0; i < prompts.size(); i++) {
      store.writer().startCall(Samples.start(RUN, i + 1, prompts.get(i)));
      store.writer().endCall(Samples.end(RUN, i + 1, prompts.get(i), false)).join();
    }

    for (int i = 0; i < prompts.size(); i++) {
      CallTexts texts = store.reader().texts(Samples.callId(RUN, i + 1)).orElseThrow();
      // Not assertThat(…).isEqualTo(…): nobody wants to read 20 MB of failure.
      assertThat(texts.prompt().equals(prompts.get(i))).as("prompt %d", i).isTrue();
      assertThat(prompts.get(i).equals(texts.text())).as("answer %d", i).isTrue();
    }
  }

  @Test
  void writesDoNotBlockAndContinueOnTheWritersThreadOnceCommitted() throws SQLException {
    AtomicReference<String> thread = new AtomicReference<>("");
    AtomicReference<Object> seen = new AtomicReference<>("");
    CompletableFuture<Void> write;
    try (Connection other = Database.at(directory.resolve("workflow.sqlite")).connectForWriting();
        Statement lock = other.createStatement()) {
      lock.executeUpdate("BEGIN IMMEDIATE");
      write =
          store
              .writer()
              .addRun(Samples.run(RUN))
              .thenRun(() -> {
                thread.set(Thread.currentThread().getName());
                seen.set(store.reader().run(RUN));
              });
      assertThat(write).isNotDone();
      lock.executeUpdate("ROLLBACK");
    }
    write.orTimeout(30, TimeUnit.SECONDS).join();

    assertThat(thread).hasValue("run-store");
    assertThat(seen).hasValue(Optional.of(Samples.in(directory, Samples.run(RUN))));
  }

  @Test
  void closingDrainsTheWriterAndThenRefuses() {
    store.writer().addRun(Samples.run(RUN));
    CompletableFuture<Void> last = store.writer().addEvent(Samples.event(RUN, 1));
    store.close();

    assertThat(last).isCompleted();
    assertThat(Failures.of(store.writer().addEvent(Samples.event(RUN, 2))))
        .hasMessageContaining("closed");
    assertThatThrownBy(store.reader()::latestRun)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void allCallsAndEventsAreReadPageByPageInOrder() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().addRun(Samples.run("run_next"));
    CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    for (int number = 1; number <= 1_000; number++) {
      store.writer().startCall(Samples.start(RUN, number, "p"));
      store.writer().startCall(Samples.start("run_next", number, "p"));
      last = store.writer().addEvent(Samples.event(RUN, number));
    }
    last.join();

    // An end of a page that is the end of all, one that is not, and nothing at all.
    assertThat(store.reader().eachCall(RUN))
        .containsExactlyElementsOf(store.reader().calls(RUN))
        .hasSize(1_000);
    assertThat(store.reader().eachEvent(RUN))
        .containsExactlyElementsOf(store.reader().events(RUN, 0, 2_000))
        .hasSize(1_000);
    store.writer().startCall(Samples.start(RUN, 1_001, "p")).join();
    assertThat(store.reader().eachCall(RUN)).hasSize(1_001);
    assertThat(store.reader().eachEvent("run_next")).isEmpty();
  }

  @Test
  void whatIsWrittenWhilePagesAreReadIsSeenAndHindersNobody() {
    store.writer().addRun(Samples.run(RUN));
    for (int number = 1; number < 600; number++) {
      store.writer().startCall(Samples.start(RUN, number, "p"));
    }
    store.writer().startCall(Samples.start(RUN, 600, "p")).join();
    var calls = store.reader().eachCall(RUN).iterator();
    calls.next();

    // Waits for the disk: no read keeps the writer, nor the others who read, from going on.
    store.writer().endCall(Samples.end(RUN, 600, "answer", true)).join();
    for (int reader = 0; reader < 10; reader++) {
      assertThat(store.reader().eachCall(RUN).iterator().next().identity().index()).isEqualTo(1);
    }

    CallRecord read = calls.next();
    while (calls.hasNext()) {
      read = calls.next();
    }
    assertThat(read.status()).isEqualTo(CallStatus.DONE);
  }

  @Test
  void anEndThatAnotherProcessWritesIsNotBeforeTheBeginning() {
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.start(RUN, 1, "p")).join();

    // Its clock is an hour behind that of the process that is gone.
    store.writer().interruptRunsOf(Set.of("owner-1"), NOON.minusSeconds(3600)).join();

    assertThat(store.reader().run(RUN).orElseThrow().times().completedAt()).isEqualTo(NOON);
    CallRecord call = store.reader().call(Samples.callId(RUN, 1)).orElseThrow();
    assertThat(call.status()).isEqualTo(CallStatus.CANCELLED);
    assertThat(call.completedAt()).isEqualTo(call.createdAt());
  }
}
