package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * The content of the databases that are kept, one of each schema version, in {@code
 * src/test/resources/databases}. When the version goes up, {@link #main} writes the next one.
 */
final class KeptDatabase {
  private static final String RUN = "run_20261122_120000_aaaaaa";
  private static final String CHILD = "run_20261122_120001_bbbbbb";

  private static final WorktreeRecord WORKTREE =
      WorktreeRecord.planned(
          Samples.callId(RUN, 2), "/w/.git", "/w/tree", "owf/2", "c0ffee00".repeat(5));

  private static final UsageRecord PAID =
      new UsageRecord(
          LocalDate.of(2026, 11, 22), "fake", null, 1, 0, 10, 20, 0, 0, new BigDecimal("0.00123"));

  private static final WorktreeUse USE =
      new WorktreeUse(
          WORKTREE.callId(), WORKTREE.callId(), Samples.NOON, Map.of("a.txt", "100644 00"));

  private static final UsageRecord PAID_TWICE =
      new UsageRecord(
          LocalDate.of(2026, 11, 22), "fake", null, 2, 0, 20, 40, 0, 0, new BigDecimal("0.00246"));

  private static final CallWait WAIT =
      new CallWait("a free place", Samples.NOON, Samples.NOON.plusSeconds(1));

  private static final CallTried TRIED =
      new CallTried(Samples.callId(RUN, 3), "fake", null, "[{\"provider\":\"claude\"}]");

  private static final UsageRecord BATCH =
      new UsageRecord(
          LocalDate.of(2026, 11, 23), "acme", "m", 3, 1, 10, 20, 1, 2, new BigDecimal("0.5"));

  private static final List<UsageRecord> BILLED = List.of(PAID, BATCH);

  private static final ApprovalRecord ASKED =
      new ApprovalRecord(
          RUN, 1, "go on?", null, "late", ApprovalStatus.WAITING, null, Samples.NOON, null);

  private static final ApprovalRecord PLACED =
      new ApprovalRecord(
          RUN, 2, "go on?", null, null, ApprovalStatus.WAITING, null, Samples.NOON, null, 88);

  private static final AnswerSession SESSION = new AnswerSession("s-1", "/w", true);

  private static final Long WAIT_SECONDS = 90L;

  private KeptDatabase() {}

  /** Writes a database of today's version to the file that is named. */
  public static void main(String[] args) {
    try (Store store = Store.open(Path.of(args[0]))) {
      store.writer().addRun(waiting(Samples.run(RUN)));
      store
          .writer()
          .addRun(Samples.run(CHILD, Samples.NOON.plusSeconds(1), RUN, "/w/child.py", "owner-1"));
      store.writer().startCall(Samples.start(RUN, 1, "a prompt with \ud800"));
      store.writer().endCall(Samples.end(RUN, 1, "its answer", true));
      store.writer().addHit(Samples.hit(CHILD, 1, 1, Samples.callId(RUN, 1)));
      store.writer().addEvent(Samples.event(RUN, 1));
      store.writer().addArtifact(new ArtifactRecord(RUN, "manifest", null, "/w/m.json", "00", 2));
      store.writer().startCall(Samples.start(RUN, 2, "edit it"));
      store.writer().addWorktree(WORKTREE);
      store.writer().leaveWorktree(USE);
      store.writer().addApproval(ASKED);
      store.writer().addApproval(PLACED);
      store.writer().startCall(Samples.placed(RUN, 3, 1, 77));
      store.writer().waitCall(Samples.callId(RUN, 3), 0, WAIT);
      store.writer().triedCall(TRIED);
      store.writer().billBatch("batch_kept", Samples.NOON, List.of(BATCH));
      store.writer().startCall(Samples.continuing(RUN, 4, "and now?", Samples.callId(RUN, 1)));
      store.writer().endCall(Samples.end(RUN, 4, "later", SESSION));
      store.writer().endRun(Samples.ending(RUN));
    }
  }

  private static RunRecord waiting(RunRecord run) {
    RunSettings settings = run.settings();
    return new RunRecord(
        run.id(),
        run.status(),
        run.script(),
        new RunSettings(
            settings.argsJson(),
            settings.provider(),
            settings.model(),
            settings.cachePolicy(),
            settings.workspace(),
            settings.timeoutSeconds(),
            WAIT_SECONDS),
        run.lineage(),
        run.budget(),
        run.times(),
        run.error(),
        run.outputDir(),
        run.owner());
  }

  static void assertContentOf(Store store, int version) {
    assertThat(store.reader().latestRun()).map(RunRecord::status).contains(RunStatus.DONE);
    assertThat(store.reader().outputJson(RUN)).contains("\"hello\"");
    assertThat(store.reader().children(RUN)).extracting(RunRecord::id).containsExactly(CHILD);
    assertThat(store.reader().calls(RUN))
        .extracting(CallRecord::status)
        .startsWith(CallStatus.DONE);
    assertThat(store.reader().calls(CHILD))
        .extracting(CallRecord::answeredBy)
        .containsExactly(Samples.callId(RUN, 1));
    assertThat(store.reader().texts(Samples.callId(CHILD, 1)))
        .contains(new CallTexts("a prompt with \ud800", "its answer", null, null));
    assertThat(Samples.remembered(store, Samples.KEY, 1))
        .map(RememberedResult::text)
        .contains("its answer");
    assertThat(store.reader().events(RUN, 0, 9)).containsExactly(Samples.event(RUN, 1));
    assertThat(store.history().artifacts(RUN)).hasSize(1);
    if (version >= 10) {
      assertThat(store.reader().conversation(Samples.callId(RUN, 4), 9))
          .containsExactly(
              new ConversationTurn("a prompt with \ud800", "its answer"),
              new ConversationTurn("and now?", "later"));
      assertThat(store.reader().session(Samples.callId(RUN, 4))).contains(SESSION);
    }
    List<UsageRecord> billed = version < 10 ? BILLED : List.of(PAID_TWICE, BATCH);
    assertThat(store.reader().usage())
        .containsExactlyElementsOf(version < 7 ? List.of(PAID) : billed);
    assertThat(store.writer().billBatch("batch_kept", Samples.NOON, List.of(BATCH)).join())
        .isEqualTo(version < 7);
    assertThat(store.reader().usage()).containsExactlyElementsOf(billed);
    assertThat(store.reader().startedRuns()).containsExactly(Map.entry(PAID.day(), 2L));
    if (version < 2) {
      assertThat(store.history().standingWorktrees()).isEmpty();
    } else {
      assertThat(store.history().standingWorktrees())
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("path")
          .containsExactly(WORKTREE);
    }
    if (version < 9) {
      assertThat(store.history().worktreeUses(WORKTREE.callId())).isEmpty();
    } else {
      assertThat(store.history().worktreeUses(WORKTREE.callId())).containsExactly(USE);
    }
    assertThat(store.reader().placedCalls(RUN)).hasSize(version < 6 ? 0 : 1);
    if (version >= 11) {
      assertThat(store.reader().calls(RUN).get(2).progress().triedJson())
          .isEqualTo(TRIED.triedJson());
    }
    assertThat(store.reader().run(RUN).orElseThrow().settings().waitForLimitsSeconds())
        .isEqualTo(version < 12 ? null : WAIT_SECONDS);
    if (version < 4) {
      assertThat(store.reader().approvals(RUN)).isEmpty();
    } else if (version < 6) {
      assertThat(store.reader().approvals(RUN)).containsExactly(ASKED);
    } else {
      assertThat(store.reader().approvals(RUN)).containsExactly(ASKED, PLACED);
    }
  }
}
