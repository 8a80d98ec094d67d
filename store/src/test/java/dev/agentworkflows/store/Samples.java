package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Records to write, plain where a test does not care. */
final class Samples {
  static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");
  static final String KEY = "0123456789abcdef".repeat(4);

  private Samples() {}

  static RunRecord run(String id) {
    return run(id, NOON, null, "/w/a.py", "owner-1");
  }

  static RunRecord run(
      String id, Instant createdAt, @Nullable String parent, String script, String owner) {
    return new RunRecord(
        id,
        RunStatus.RUNNING,
        new RunScript(script, "ab".repeat(32), null, null, "{}"),
        new RunSettings("{}", "fake", null, "auto", "/w", 600, null),
        new RunLineage(parent, null, 1),
        new RunBudget(null, 0, null, BigDecimal.ZERO, JobBudget.NEW),
        new RunTimes(createdAt, null, null),
        RunError.NONE,
        "/w/.workflows/runs/" + id,
        owner);
  }

  /** As it is read: its place is the database's. */
  static RunRecord in(Path home, RunRecord run) {
    return new RunRecord(
        run.id(),
        run.status(),
        run.script(),
        run.settings(),
        run.lineage(),
        run.budget(),
        run.times(),
        run.error(),
        home.resolve("runs").resolve(run.id()).toString(),
        run.owner());
  }

  static RunRecord resuming(String id, String earlier, JobBudget job) {
    RunRecord run = run(id);
    return new RunRecord(
        run.id(),
        run.status(),
        run.script(),
        run.settings(),
        new RunLineage(run.lineage().parentRunId(), earlier, run.lineage().attemptNumber()),
        new RunBudget(
            run.budget().totalTokens(),
            run.budget().spentTokens(),
            run.budget().totalCostUsd(),
            run.budget().spentCostUsd(),
            job),
        run.times(),
        run.error(),
        run.outputDir(),
        run.owner());
  }

  /** Where a call's worktree is. */
  static String worktree(Path home, String callId) {
    return home.resolve("runs")
        .resolve(CallId.require(callId).runId())
        .resolve("worktrees")
        .resolve(callId)
        .toString();
  }

  static RunCompletionRow ending(String runId) {
    return new RunCompletionRow(
        runId, RunStatus.DONE, "\"hello\"", null, null, null, 0, BigDecimal.ZERO, NOON);
  }

  static String callId(String runId, int index) {
    return new CallId(runId, index).text();
  }

  static CallStart start(String runId, int index, String prompt) {
    return start(runId, index, prompt, KEY, 1);
  }

  static CallStart start(
      String runId, int index, String prompt, @Nullable String key, int occurrence) {
    return start(runId, index, prompt, key, occurrence, 0);
  }

  /** A call of which its shim says where it is made. */
  static CallStart placed(String runId, int index, int occurrence, long place) {
    return start(runId, index, "p", KEY, occurrence, place);
  }

  private static CallStart start(
      String runId, int index, String prompt, @Nullable String key, int occurrence, long place) {
    return new CallStart(
        new CallIdentity(callId(runId, index), runId, index, null, null),
        new CacheUse(CacheStatus.MISS, key, occurrence, null),
        place,
        new AskedCall("fake", null, null, Isolation.NONE, false, null, null),
        prompt,
        NOON);
  }

  static CallCompletionRow end(String runId, int index, String text, boolean remember) {
    return new CallCompletionRow(
        callId(runId, index),
        CallStatus.DONE,
        null,
        KeptWorktree.NOTHING,
        CallValidation.NONE,
        new CallUsage(10L, 20L, null, null, new BigDecimal("0.00123")),
        new CallAttempts(1, 0, 5),
        text,
        null,
        null,
        NOON.plusSeconds(1),
        remember ? CallCompletionRow.Remember.ADD : CallCompletionRow.Remember.NO,
        null);
  }

  /** A call that goes on in the conversation of another. */
  static CallStart continuing(String runId, int index, String prompt, @Nullable String continues) {
    return new CallStart(
        new CallIdentity(callId(runId, index), runId, index, null, null),
        new CacheUse(CacheStatus.MISS, null, 0, null),
        0,
        new AskedCall("fake", null, null, Isolation.NONE, false, null, continues),
        prompt,
        NOON);
  }

  /** The end of a call whose provider keeps a conversation. */
  static CallCompletionRow end(String runId, int index, String text, AnswerSession session) {
    return new CallCompletionRow(
        callId(runId, index),
        CallStatus.DONE,
        null,
        KeptWorktree.NOTHING,
        CallValidation.NONE,
        new CallUsage(10L, 20L, null, null, new BigDecimal("0.00123")),
        new CallAttempts(1, 0, 5),
        text,
        null,
        null,
        NOON.plusSeconds(1),
        CallCompletionRow.Remember.NO,
        session);
  }

  /** The sample of a key with a number, as a run sees it that knows no places. */
  static Optional<RememberedResult> remembered(Store store, String key, int number) {
    return store.reader().remembered(key, 0, number, false, "run_other", 9).stream()
        .map(RememberedSample::result)
        .findFirst();
  }

  static CallHit hit(String runId, int index, int occurrence, String answeredBy) {
    return hit(runId, index, occurrence, 0, answeredBy);
  }

  static CallHit hit(String runId, int index, int occurrence, long place, String answeredBy) {
    return new CallHit(
        new CallIdentity(callId(runId, index), runId, index, "label", null),
        KEY,
        occurrence,
        place,
        "{\"prompt\":\"aa\"}",
        new AskedCall("fake", "m-1", null, Isolation.NONE, false, null, null),
        ValidationStatus.VALID,
        answeredBy,
        NOON,
        NOON);
  }

  static CallHit completed(CallHit hit, Instant at) {
    return new CallHit(
        hit.identity(),
        hit.callKey(),
        hit.occurrence(),
        hit.place(),
        hit.keyPartsJson(),
        hit.asked(),
        hit.validationStatus(),
        hit.answeredBy(),
        hit.createdAt(),
        at);
  }

  static EventRecord event(String runId, long position) {
    return new EventRecord(runId, position, EventType.LOG, "message " + position, null, "{}", NOON);
  }

  static ApprovalRecord approval(String runId, int position, String question) {
    return new ApprovalRecord(
        runId, position, question, null, null, ApprovalStatus.WAITING, null, NOON, null);
  }
}
