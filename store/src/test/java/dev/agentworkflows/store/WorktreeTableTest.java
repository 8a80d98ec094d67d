package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorktreeTableTest {
  private static final String RUN = "run_20261122_120000_aaaaaa";
  private static final String LATER = "run_20261122_130000_bbbbbb";

  @TempDir Path directory;
  private RunStore store;

  @BeforeEach
  void open() {
    store = RunStore.open(directory.resolve("workflow.sqlite"));
    store.addRun(Samples.run(RUN));
    store.startCall(Samples.start(RUN, 1, "edit it", null, 0));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private WorktreeRecord planned() {
    return WorktreeRecord.planned(
        Samples.callId(RUN, 1),
        "/w/.git",
        Samples.worktree(directory, Samples.callId(RUN, 1)),
        "owf/1",
        "c0ffee00".repeat(5));
  }

  @Test
  void aPlannedWorktreeStandsAndItsCallTellsWhere() {
    store.addWorktree(planned()).join();

    assertThat(store.standingWorktrees()).containsExactly(planned());
    assertThat(store.worktree(Samples.callId(RUN, 1))).contains(planned());
    assertThat(store.worktree(Samples.callId(RUN, 2))).isEmpty();
    assertThat(store.call(Samples.callId(RUN, 1)))
        .hasValueSatisfying(call -> {
          assertThat(call.worktreePath()).isEqualTo(planned().path());
          assertThat(call.worktreeBranch()).isEqualTo("owf/1");
        });
  }

  @Test
  void aRemovedWorktreeIsKnownButToldNoMore() {
    store.addWorktree(planned());
    store.removeWorktree(planned().callId()).join();

    assertThat(store.standingWorktrees()).isEmpty();
    assertThat(store.worktree(planned().callId())).map(WorktreeRecord::standing).contains(false);
    assertThat(store.call(planned().callId())).map(CallRecord::worktreePath).isEmpty();
  }

  @Test
  void anAppliedWorktreeStillStands() {
    store.addWorktree(planned());
    store.applyWorktree(planned().callId(), "d1", Samples.NOON).join();

    WorktreeRecord applied = store.standingWorktrees().get(0);
    assertThat(applied.appliedAt()).isEqualTo(Samples.NOON);
    assertThat(applied.appliedDigest()).isEqualTo("d1");
  }

  @Test
  void aCallThatGoesOnInAWorktreeLeadsToIt() {
    store.addWorktree(planned());
    store.startCall(Samples.start(RUN, 2, "review it"));
    store.startCall(Samples.start(RUN, 3, "fix it", null, 0));
    String reader = Samples.callId(RUN, 2);
    String fixer = Samples.callId(RUN, 3);
    store.enterWorktree(reader, planned(), false);
    store.enterWorktree(fixer, planned(), true).join();

    assertThat(store.worktree(fixer)).contains(planned());
    assertThat(store.worktree(reader)).contains(planned());
    assertThat(store.call(fixer)).map(CallRecord::worktreePath).contains(planned().path());
    assertThat(store.call(reader)).as("it leaves nothing").map(CallRecord::worktreePath).isEmpty();
    assertThat(store.standingWorktrees()).containsExactly(planned());

    store.removeWorktree(planned().callId()).join();
    assertThat(store.call(fixer)).map(CallRecord::worktreePath).isEmpty();
    store.startCall(Samples.start(RUN, 4, "again", null, 0));
    store.enterWorktree(Samples.callId(RUN, 4), planned(), true).join();
    assertThat(store.standingWorktrees()).as("made again").containsExactly(planned());
  }

  @Test
  void whatEachCallLeftComesBackInTheOrderOfLeaving() {
    store.addWorktree(planned());
    store.startCall(Samples.start(RUN, 2, "fix it", null, 0));
    store.startCall(Samples.start(RUN, 3, "killed", null, 0));
    String owner = planned().callId();
    String second = Samples.callId(RUN, 2);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("b\udcff", "100644 00");
    files.put("a", WorktreeUse.GONE);
    store.enterWorktree(second, planned(), true);
    store.enterWorktree(Samples.callId(RUN, 3), planned(), true);
    store.leaveWorktree(new WorktreeUse(second, owner, Samples.NOON.plusSeconds(1), files));
    store.leaveWorktree(new WorktreeUse(owner, owner, Samples.NOON, Map.of("a", "100755 11")));

    store.addRun(Samples.run(LATER)).join();
    assertThat(store.worktreeUses(owner))
        .containsExactly(
            new WorktreeUse(owner, owner, Samples.NOON, Map.of("a", "100755 11")),
            new WorktreeUse(second, owner, Samples.NOON.plusSeconds(1), files),
            new WorktreeUse(Samples.callId(RUN, 3), owner, null, Map.of()));
    assertThat(store.worktreeUses(Samples.callId(LATER, 1))).isEmpty();
    assertThat(store.worktreeUses("no call")).isEmpty();
  }

  @Test
  void changedFilesWithAnyNameComeBackInOrder() {
    List<String> names = List.of("", " -x", "a\nb", "b\udcff.txt", "ü\t\"'");
    CallCompletionRow end = Samples.end(RUN, 1, "done", false);
    store
        .endCall(
            new CallCompletionRow(
                end.id(),
                end.status(),
                null,
                "/w/tree",
                "owf/1",
                names,
                null,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                1,
                0,
                0,
                null,
                null,
                null,
                Samples.NOON,
                CallCompletionRow.Remember.NO))
        .join();

    assertThat(store.call(end.id())).map(CallRecord::changedFiles).contains(names);
  }

  @Test
  void aRunIsNotRemovedWhileAnotherMayBeAnsweredFromIt() {
    store.endRun(Samples.ending(RUN));
    store.addRun(Samples.run(LATER));

    assertThat(store.removeRun(RUN, Samples.NOON).join()).as("one is running").isFalse();
    store.endRun(Samples.ending(LATER));
    assertThat(store.removeRun(RUN, Samples.NOON.minusMillis(1)).join())
        .as("one has begun, and ended")
        .isFalse();

    assertThat(store.run(RUN)).isPresent();
  }

  @Test
  void aRemovedRunLeavesNothingBehindAndOthersAlone() {
    store.addWorktree(planned());
    store.leaveWorktree(
        new WorktreeUse(planned().callId(), planned().callId(), Samples.NOON, Map.of("a", "-")));
    store.startCall(Samples.start(RUN, 2, "a prompt"));
    store.endCall(Samples.end(RUN, 2, "an answer", true));
    store.addEvent(Samples.event(RUN, 1));
    store.addApproval(Samples.approval(RUN, 1, "go on?"));
    store.addArtifact(new ArtifactRecord(RUN, "manifest", null, "/w/m.json", "00", 2));
    store.endRun(Samples.ending(RUN));
    store.addRun(Samples.run(LATER));
    store.startCall(Samples.start(LATER, 1, "kept", "ff".repeat(32), 1));
    store.endCall(Samples.end(LATER, 1, "kept answer", true));

    store.endRun(Samples.ending(LATER));
    assertThat(store.removeRun(RUN, Samples.NOON).join()).isTrue();

    assertThat(store.run(RUN)).isEmpty();
    assertThat(store.calls(RUN)).isEmpty();
    assertThat(store.standingWorktrees()).isEmpty();
    assertThat(store.events(RUN, 0, 9)).isEmpty();
    assertThat(store.approvals(RUN)).isEmpty();
    assertThat(store.artifacts(RUN)).isEmpty();
    assertThat(store.outputJson(RUN)).isEmpty();
    assertThat(Samples.remembered(store, Samples.KEY, 1)).isEmpty();
    assertThat(Samples.remembered(store, "ff".repeat(32), 1)).isPresent();
    // The number of the run that is gone may be given again: nothing of it may show up there.
    store.addRun(Samples.run(RUN)).join();
    assertThat(store.calls(RUN)).isEmpty();
    assertThat(store.worktreeUses(planned().callId())).isEmpty();
    assertThat(store.approvals(RUN)).isEmpty();
    assertThat(store.texts(Samples.callId(LATER, 1))).map(CallTexts::text).contains("kept answer");
  }

  @Test
  void whoseAnswersAreUsedElsewhereIsTold() {
    store.startCall(Samples.start(RUN, 2, "a prompt"));
    store.endCall(Samples.end(RUN, 2, "an answer", true));
    store.addHit(Samples.hit(RUN, 3, 1, Samples.callId(RUN, 2)));
    store.addRun(Samples.run(LATER));
    store.addHit(Samples.hit(LATER, 1, 1, Samples.callId(RUN, 2))).join();

    assertThat(store.runsAnsweredBy()).isEqualTo(Map.of(RUN, Set.of(LATER)));
  }
}
