package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
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
        script,
        "ab".repeat(32),
        null,
        null,
        "{}",
        "{}",
        "fake",
        null,
        "auto",
        "/w",
        600,
        parent,
        null,
        1,
        null,
        0,
        null,
        BigDecimal.ZERO,
        "/w/.workflows/runs/" + id,
        owner,
        createdAt,
        null,
        null,
        null,
        null);
  }

  static RunEnding ending(String runId) {
    return new RunEnding(
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
    return new CallStart(
        callId(runId, index),
        runId,
        index,
        null,
        null,
        CacheStatus.MISS,
        key,
        occurrence,
        null,
        "fake",
        null,
        null,
        "none",
        false,
        null,
        prompt,
        NOON);
  }

  static CallEnd end(String runId, int index, String text, boolean remember) {
    return new CallEnd(
        callId(runId, index),
        CallStatus.DONE,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        0,
        10L,
        20L,
        null,
        null,
        new BigDecimal("0.00123"),
        1,
        0,
        5,
        text,
        null,
        null,
        NOON.plusSeconds(1),
        remember);
  }

  static CallHit hit(String runId, int index, int occurrence, String answeredBy) {
    return new CallHit(
        callId(runId, index),
        runId,
        index,
        "label",
        null,
        KEY,
        occurrence,
        "{\"prompt\":\"aa\"}",
        "fake",
        "m-1",
        null,
        null,
        "valid",
        answeredBy,
        NOON);
  }

  static EventRecord event(String runId, long position) {
    return new EventRecord(runId, position, "log", "message " + position, null, "{}", NOON);
  }

  static ApprovalRecord approval(String runId, int position, String question) {
    return new ApprovalRecord(
        runId, position, question, null, null, ApprovalStatus.WAITING, null, NOON, null);
  }
}
