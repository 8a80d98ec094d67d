package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConversationTableTest {

  private static final String RUN = "run_20261122_120000_aaaaaa";
  private static final String LATER = "run_20261122_130000_bbbbbb";

  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(directory.resolve("workflow.sqlite"));
    store.writer().addRun(Samples.run(RUN)).join();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void said(int index, String prompt, String answer, @Nullable String continues) {
    store.writer().startCall(Samples.continuing(RUN, index, prompt, continues)).join();
    store.writer().endCall(Samples.end(RUN, index, answer, false)).join();
  }

  private static String call(int index) {
    return Samples.callId(RUN, index);
  }

  @Test
  void aConversationHasItsTurnsOldestFirst() {
    said(1, "one", "1", null);
    said(2, "two", "22", call(1));
    said(3, "three", "333", call(2));
    said(4, "fork", "f", call(1));

    assertThat(store.reader().conversation(call(3), 9))
        .containsExactly(
            new ConversationTurn("one", "1"),
            new ConversationTurn("two", "22"),
            new ConversationTurn("three", "333"));
    assertThat(store.reader().conversation(call(4), 9))
        .extracting(ConversationTurn::prompt)
        .containsExactly("one", "fork");
    ConversationSize size = store.reader().conversationSize(call(3), 9);
    assertThat(size).isEqualTo(new ConversationSize(3, 17, true, size.first()));
    assertThat(store.reader().conversationSize(call(4), 9).first())
        .as("of the same beginning")
        .isEqualTo(size.first());
    assertThat(store.reader().call(call(3)))
        .map(call -> call.asked().continues())
        .contains(call(2));
  }

  @Test
  void aHitStandsForTheCallThatWasPaidFor() {
    said(1, "one", "1", null);
    store.writer().addRun(Samples.run(LATER)).join();
    store.writer().addHit(Samples.hit(LATER, 1, 1, call(1))).join();
    store.writer().startCall(Samples.continuing(LATER, 2, "two", Samples.callId(LATER, 1))).join();
    store.writer().endCall(Samples.end(LATER, 2, "2", false)).join();

    assertThat(store.reader().conversation(Samples.callId(LATER, 2), 9))
        .containsExactly(new ConversationTurn("one", "1"), new ConversationTurn("two", "2"));
    assertThat(store.history().runsAnsweredBy()).containsEntry(RUN, Set.of(LATER));
  }

  @Test
  void aRunWhoseConversationGoesOnInAnotherIsNeeded() {
    said(1, "one", "1", null);
    store.writer().addRun(Samples.run(LATER)).join();
    store.writer().startCall(Samples.continuing(LATER, 1, "two", call(1))).join();

    assertThat(store.history().runsAnsweredBy()).containsEntry(RUN, Set.of(LATER));
  }

  @Test
  void aCircleInTheDatabaseEnds() throws Exception {
    said(1, "one", "1", null);
    said(2, "two", "2", call(1));
    change("UPDATE call SET continues = (SELECT max(no) FROM call) WHERE continues IS NULL");

    assertThat(store.reader().conversationSize(call(2), 9).turns()).isEqualTo(10);
    assertThat(store.reader().conversation(call(2), 9)).hasSize(9);
  }

  @Test
  void aTurnThatIsGoneIsNotPassedOver() throws Exception {
    said(1, "one", "1", null);
    said(2, "two", "2", call(1));
    assertThat(store.reader().conversationSize(call(2), 9).whole()).isTrue();
    change("DELETE FROM call WHERE call_index = 1", "DELETE FROM prompt WHERE body = x'6f6e65'");

    assertThat(store.reader().conversationSize(call(2), 9).whole()).isFalse();
  }

  @Test
  void aSessionIsTakenOnce() {
    AnswerSession session = new AnswerSession("s-1", "/w", true);
    store.writer().startCall(Samples.continuing(RUN, 1, "one", null)).join();
    store.writer().endCall(Samples.end(RUN, 1, "1", session)).join();

    assertThat(store.reader().session(call(1))).contains(session);
    assertThat(store.writer().takeSession(call(1), "s-2").join()).isFalse();
    assertThat(store.writer().takeSession(call(1), "s-1").join()).isTrue();
    assertThat(store.writer().takeSession(call(1), "s-1").join()).isFalse();
    assertThat(store.reader().session(call(1))).isEmpty();
  }

  @Test
  void aSessionThatIsTakenBeforeItsCallsEndStaysTaken() {
    AnswerSession session = new AnswerSession("s-1", "/w", true);
    store.writer().startCall(Samples.continuing(RUN, 1, "one", null)).join();
    store.writer().answerCall(Samples.end(RUN, 1, "1", session)).join();
    assertThat(store.writer().takeSession(call(1), "s-1").join()).isTrue();

    store.writer().endCall(Samples.end(RUN, 1, "1", session)).join();
    assertThat(store.reader().session(call(1))).isEmpty();
  }

  private void change(String... sql) throws Exception {
    Path file = directory.resolve("workflow.sqlite");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String one : sql) {
        statement.executeUpdate(one);
      }
    }
  }
}
