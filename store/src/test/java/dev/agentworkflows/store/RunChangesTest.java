package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunChangesTest {
  private static final String RUN = "run_watched";

  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void aRunIsRecorded() {
    store = Store.open(directory.resolve("workflow.sqlite"));
    store.writer().addRun(Samples.run("run_before")).join();
    store.writer().startCall(Samples.start("run_before", 1, "p")).join();
    store.writer().addRun(Samples.run(RUN)).join();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void eachCallIsToldOnceWhenItBeginsAndOnceWhenItEnds() {
    RunChanges watch = store.reader().watch(RUN);
    assertThat(watch.poll()).isEqualTo(new RunChanges.Changes(List.of(), List.of()));

    store.writer().startCall(Samples.start(RUN, 1, "p"));
    store.writer().startCall(Samples.start(RUN, 2, "p")).join();
    RunChanges.Changes first = watch.poll();
    assertThat(first.begun())
        .extracting(CallSummary::id)
        .containsExactly(Samples.callId(RUN, 1), Samples.callId(RUN, 2));
    assertThat(first.ended()).isEmpty();

    store.writer().endCall(Samples.end(RUN, 2, "text", true)).join();
    RunChanges.Changes second = watch.poll();
    assertThat(second.begun()).isEmpty();
    assertThat(second.ended()).extracting(CallSummary::id).containsExactly(Samples.callId(RUN, 2));
    assertThat(second.ended()).extracting(CallSummary::inputTokens).containsExactly(10L);

    store.writer().endCall(Samples.end(RUN, 1, "text", false)).join();
    assertThat(watch.poll().ended())
        .extracting(CallSummary::id)
        .containsExactly(Samples.callId(RUN, 1));
    assertThat(watch.poll().ended()).isEmpty();
  }

  @Test
  void aCallThatIsOverAtTheFirstLookHasBegunAndEnded() {
    store.writer().startCall(Samples.start(RUN, 1, "p"));
    store.writer().endCall(Samples.end(RUN, 1, "text", true)).join();
    store.writer().addHit(Samples.hit(RUN, 2, 2, Samples.callId(RUN, 1))).join();

    RunChanges.Changes changes = store.reader().watch(RUN).poll();

    assertThat(changes.begun()).hasSize(2);
    assertThat(changes.ended())
        .extracting(CallSummary::cacheStatus)
        .containsExactly(CacheStatus.MISS, CacheStatus.HIT);
  }
}
