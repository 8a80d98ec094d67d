package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(directory.resolve("workflow.sqlite"));
    store.writer().addRun(Samples.run(RUN));
    store.writer().startCall(Samples.start(RUN, 1, "edit it", null, 0));
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
    store.writer().addWorktree(planned()).join();

    assertThat(store.history().standingWorktrees()).containsExactly(planned());
    assertThat(store.reader().worktree(Samples.callId(RUN, 1))).contains(planned());
    assertThat(store.reader().worktree(Samples.callId(RUN, 2))).isEmpty();
    assertThat(store.reader().call(Samples.callId(RUN, 1)))
        .hasValueSatisfying(call -> {
          assertThat(call.worktree().path()).isEqualTo(planned().path());
          assertThat(call.worktree().branch()).isEqualTo("owf/1");
        });
  }

  @Test
  void anAnswerLeavesWhatIsToldOfTheWorktree() {
    store.writer().addWorktree(planned());
    store.writer().answerCall(Samples.end(RUN, 1, "edited", false)).join();
    assertThat(store.reader().call(planned().callId()))
        .map(call -> call.worktree().path())
        .contains(planned().path());

    store.writer().endCall(Samples.end(RUN, 1, "edited", false)).join();
    assertThat(store.reader().call(planned().callId()))
        .map(call -> call.worktree().path())
        .isEmpty();
  }

  @Test
  void aRemovedWorktreeIsKnownButToldNoMore() {
    store.writer().addWorktree(planned());
    store.writer().removeWorktree(planned().callId()).join();

    assertThat(store.history().standingWorktrees()).isEmpty();
    assertThat(store.reader().worktree(planned().callId()))
        .map(WorktreeRecord::standing)
        .contains(false);
    assertThat(store.reader().call(planned().callId()))
        .map(call -> call.worktree().path())
        .isEmpty();
  }

  @Test
  void anAppliedWorktreeStillStands() {
    store.writer().addWorktree(planned());
    store.writer().applyWorktree(planned().callId(), "d1", Samples.NOON).join();

    WorktreeRecord applied = store.history().standingWorktrees().get(0);
    assertThat(applied.appliedAt()).isEqualTo(Samples.NOON);
    assertThat(applied.appliedDigest()).isEqualTo("d1");
  }

  @Test
  void aCallThatGoesOnInAWorktreeLeadsToIt() {
    store.writer().addWorktree(planned());
    store.writer().startCall(Samples.start(RUN, 2, "review it"));
    store.writer().startCall(Samples.start(RUN, 3, "fix it", null, 0));
    String reader = Samples.callId(RUN, 2);
    String fixer = Samples.callId(RUN, 3);
    store.writer().enterWorktree(reader, planned(), false);
    store.writer().enterWorktree(fixer, planned(), true).join();

    assertThat(store.reader().worktree(fixer)).contains(planned());
    assertThat(store.reader().worktree(reader)).contains(planned());
    assertThat(store.reader().call(fixer))
        .map(call -> call.worktree().path())
        .contains(planned().path());
    assertThat(store.reader().call(reader))
        .as("it leaves nothing")
        .map(call -> call.worktree().path())
        .isEmpty();
    assertThat(store.history().standingWorktrees()).containsExactly(planned());

    store.writer().removeWorktree(planned().callId()).join();
    assertThat(store.reader().call(fixer)).map(call -> call.worktree().path()).isEmpty();
    store.writer().startCall(Samples.start(RUN, 4, "again", null, 0));
    store.writer().enterWorktree(Samples.callId(RUN, 4), planned(), true).join();
    assertThat(store.history().standingWorktrees()).as("made again").containsExactly(planned());
  }

  @Test
  void whatEachCallLeftComesBackInTheOrderOfLeaving() {
    store.writer().addWorktree(planned());
    store.writer().startCall(Samples.start(RUN, 2, "fix it", null, 0));
    store.writer().startCall(Samples.start(RUN, 3, "killed", null, 0));
    String owner = planned().callId();
    String second = Samples.callId(RUN, 2);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("b\udcff", "100644 00");
    files.put("a", WorktreeUse.GONE);
    store.writer().enterWorktree(second, planned(), true);
    store.writer().enterWorktree(Samples.callId(RUN, 3), planned(), true);
    store
        .writer()
        .leaveWorktree(new WorktreeUse(second, owner, Samples.NOON.plusSeconds(1), files));
    store
        .writer()
        .leaveWorktree(new WorktreeUse(owner, owner, Samples.NOON, Map.of("a", "100755 11")));

    store.writer().addRun(Samples.run(LATER)).join();
    assertThat(store.history().worktreeUses(owner))
        .containsExactly(
            new WorktreeUse(owner, owner, Samples.NOON, Map.of("a", "100755 11")),
            new WorktreeUse(second, owner, Samples.NOON.plusSeconds(1), files),
            new WorktreeUse(Samples.callId(RUN, 3), owner, null, Map.of()));
    assertThat(store.history().worktreeUses(Samples.callId(LATER, 1))).isEmpty();
    assertThat(store.history().worktreeUses("no call")).isEmpty();
  }

  @Test
  void changedFilesWithAnyNameComeBackInOrder() {
    List<String> names = List.of("", " -x", "a\nb", "b\udcff.txt", "ü\t\"'");
    CallCompletionRow end = Samples.end(RUN, 1, "done", false);
    store
        .writer()
        .endCall(
            new CallCompletionRow(
                end.id(),
                end.status(),
                null,
                new KeptWorktree("/w/tree", "owf/1", names),
                CallValidation.NONE,
                new CallUsage(null, null, null, null, null),
                new CallAttempts(1, 0, 0),
                null,
                null,
                null,
                Samples.NOON,
                CallCompletionRow.Remember.NO,
                null))
        .join();

    assertThat(store.reader().call(end.id()))
        .map(call -> call.worktree().changedFiles())
        .contains(names);
  }

  @Test
  void aRunIsNotRemovedWhileAnotherMayBeAnsweredFromIt() {
    store.writer().endRun(Samples.ending(RUN));
    store.writer().addRun(Samples.run(LATER));

    assertThat(store.writer().removeRun(RUN, Samples.NOON).join()).as("one is running").isFalse();
    store.writer().endRun(Samples.ending(LATER));
    assertThat(store.writer().removeRun(RUN, Samples.NOON.minusMillis(1)).join())
        .as("one has begun, and ended")
        .isFalse();

    assertThat(store.reader().run(RUN)).isPresent();
  }

  @Test
  void aRemovedRunLeavesNothingBehindAndOthersAlone() {
    store.writer().addWorktree(planned());
    store
        .writer()
        .leaveWorktree(
            new WorktreeUse(
                planned().callId(), planned().callId(), Samples.NOON, Map.of("a", "-")));
    store.writer().startCall(Samples.start(RUN, 2, "a prompt"));
    store.writer().endCall(Samples.end(RUN, 2, "an answer", true));
    store.writer().addEvent(Samples.event(RUN, 1));
    store.writer().addApproval(Samples.approval(RUN, 1, "go on?"));
    store.writer().endRun(Samples.ending(RUN));
    store.writer().addRun(Samples.run(LATER));
    store.writer().startCall(Samples.start(LATER, 1, "kept", "ff".repeat(32), 1));
    store.writer().endCall(Samples.end(LATER, 1, "kept answer", true));

    store.writer().endRun(Samples.ending(LATER));
    assertThat(store.writer().removeRun(RUN, Samples.NOON).join()).isTrue();

    assertThat(store.reader().run(RUN)).isEmpty();
    assertThat(store.reader().calls(RUN)).isEmpty();
    assertThat(store.history().standingWorktrees()).isEmpty();
    assertThat(store.reader().events(RUN, 0, 9)).isEmpty();
    assertThat(store.reader().approvals(RUN)).isEmpty();
    assertThat(store.reader().outputJson(RUN)).isEmpty();
    assertThat(Samples.remembered(store, Samples.KEY, 1)).isEmpty();
    assertThat(Samples.remembered(store, "ff".repeat(32), 1)).isPresent();
    // The number of the run that is gone may be given again: nothing of it may show up there.
    store.writer().addRun(Samples.run(RUN)).join();
    assertThat(store.reader().calls(RUN)).isEmpty();
    assertThat(store.history().worktreeUses(planned().callId())).isEmpty();
    assertThat(store.reader().approvals(RUN)).isEmpty();
    assertThat(store.reader().texts(Samples.callId(LATER, 1)))
        .map(CallTexts::text)
        .contains("kept answer");
  }

  @Test
  void filesThatAnEarlierVersionListedGoWithTheirRun() throws SQLException {
    store.writer().endRun(Samples.ending(RUN)).join();
    try (Connection connection =
            Database.at(directory.resolve("workflow.sqlite")).connectForWriting();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO artifact SELECT no, 0, 'manifest', '/w/m.json', '00', 2 FROM run");

      assertThat(store.writer().removeRun(RUN, Samples.NOON).join()).isTrue();

      try (ResultSet left = statement.executeQuery("SELECT * FROM artifact")) {
        assertThat(left.next()).isFalse();
      }
    }
  }

  @Test
  void runsWhoseAnswersOthersUseAreReported() {
    store.writer().startCall(Samples.start(RUN, 2, "a prompt"));
    store.writer().endCall(Samples.end(RUN, 2, "an answer", true));
    store.writer().addHit(Samples.hit(RUN, 3, 1, Samples.callId(RUN, 2)));
    store.writer().addRun(Samples.run(LATER));
    store.writer().addHit(Samples.hit(LATER, 1, 1, Samples.callId(RUN, 2))).join();

    assertThat(store.history().runsAnsweredBy()).isEqualTo(Map.of(RUN, Set.of(LATER)));
  }
}
