package dev.agentworkflows.coordinator.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.spi.FoundBatch;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchSubmissionTest {

  private static final Instant SOME_TIME = Instant.parse("2026-11-22T14:33:00Z");

  @TempDir private Path directory;
  private BatchDesk desk;
  private BatchInput input;

  @BeforeEach
  void makeDesk() throws IOException {
    desk = new BatchDesk(directory);
    input = desk.input("\"one\"", "\"two " + BatchDesk.KEY + "\"");
  }

  private BatchRecord submit() {
    return desk.submission().submit(input, false);
  }

  private void answerIsLost() {
    desk.api.submissions.add(ScriptedBatches.failing(Kind.TRANSIENT, "connection lost"));
  }

  private BatchRecord onlyRecord() {
    List<BatchRecord> all = desk.records.all();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void theRecordIsOnTheDiskBeforeAnythingIsSent() {
    desk.api.submissions.add(() -> {
      BatchRecord record = onlyRecord();
      assertThat(record.status()).isEqualTo(BatchStatus.SUBMITTING);
      assertThat(desk.api.references).containsExactly(record.id());
      return "b-1";
    });

    BatchRecord record = submit();

    assertThat(record.status()).isEqualTo(BatchStatus.IN_PROGRESS);
    assertThat(record.providerBatchId()).isEqualTo("b-1");
    assertThat(onlyRecord()).isEqualTo(record);
  }

  @Test
  void recordsAreTheirOwnersAloneAndHoldNoPrompt() throws IOException {
    desk.api.submissions.add(() -> "b-1");
    submit();
    try (Stream<Path> files = Files.list(directory.resolve("home/batches"))) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(file -> {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
            assertThat(Files.readString(file)).doesNotContain(BatchDesk.KEY, "two");
          });
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("home/batches"))))
        .isEqualTo("rwx------");
  }

  @Test
  void nothingIsSentWhenNothingCanBeRecorded() throws IOException {
    Files.createDirectories(directory.resolve("home"));
    Files.writeString(directory.resolve("home/batches"), "in the way");
    assertThatThrownBy(this::submit).isInstanceOf(RefusedException.class);
    assertThat(desk.api.references).isEmpty();
  }

  @Test
  void aFileIsNotSentTwice() {
    desk.api.submissions.add(() -> "b-1");
    BatchRecord record = submit();

    assertThatThrownBy(this::submit)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.refusal())
                    .contains(
                        new BatchRefusal.AlreadySubmitted(
                            record.inputFile(),
                            "acme",
                            record.submittedAt(),
                            record.id(),
                            record.status().label())));
    assertThat(desk.api.references).hasSize(1);
  }

  @Test
  void aPersonMaySendAFileAgain() {
    desk.api.submissions.add(() -> "b-1");
    desk.api.submissions.add(() -> "b-2");
    submit();

    BatchRecord second = desk.submission().submit(input, true);

    assertThat(second.providerBatchId()).isEqualTo("b-2");
    assertThat(desk.records.all())
        .extracting(BatchRecord::providerBatchId)
        .containsExactly("b-2", "b-1");
    assertThat(desk.records.find("latest")).isEqualTo(second);
    assertThatThrownBy(this::submit).hasMessageContaining(second.id());
  }

  @Test
  void anotherModelMakesItAnotherBatch() throws IOException {
    desk.api.submissions.add(() -> "b-1");
    desk.api.submissions.add(() -> "b-2");
    submit();
    BatchInput other = BatchInput.read(input.file(), desk.rules("m-2"));
    assertThat(desk.submission().submit(other, false).providerBatchId()).isEqualTo("b-2");
  }

  @Test
  void whatSurelyNeverArrivedIsSentAgain() {
    desk.api.submissions.add(ScriptedBatches.failing(Kind.NOT_SENT, "refused"));
    desk.api.submissions.add(ScriptedBatches.failing(Kind.NOT_SENT, "refused"));
    desk.api.submissions.add(() -> "b-1");
    assertThat(submit().providerBatchId()).isEqualTo("b-1");
    assertThat(desk.pauses).hasSize(2);
    assertThat(desk.api.references.stream().distinct()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"NOT_SENT", "RATE_LIMITED", "PERMANENT"})
  void aBatchThatWasSurelyNotMadeLeavesNoRecord(Kind kind) {
    for (int i = 0; i < 4; i++) {
      desk.api.submissions.add(ScriptedBatches.failing(kind, "no: " + BatchDesk.KEY));
    }
    assertThatThrownBy(this::submit)
        .isInstanceOf(BatchFailedException.class)
        .hasMessage("no batch was made, and nothing is to be paid: no: [redacted:SOME_API_KEY]");
    assertThat(desk.records.all()).isEmpty();
    assertThat(desk.api.searches).isZero();

    desk.api.submissions.clear();
    desk.api.submissions.add(() -> "b-1");
    assertThat(submit().providerBatchId()).isEqualTo("b-1");
  }

  @Test
  void nobodyWaitsForAnHourToTryAgain() {
    desk.api.submissions.add(() -> {
      throw new AdapterException(
          Kind.NOT_SENT, "slow down", Duration.ofHours(1), Usage.UNKNOWN, null);
    });
    assertThatThrownBy(this::submit).hasMessageContaining("slow down");
    assertThat(desk.pauses).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"TRANSIENT", "TIMEOUT"})
  void aLostAnswerIsLookedUpAndNotSentAgain(Kind kind) {
    desk.api.submissions.add(ScriptedBatches.failing(kind, "lost"));
    desk.api.finds.add(() -> List.of(new FoundBatch("b-9", SOME_TIME, true)));

    BatchRecord record = submit();

    assertThat(record.providerBatchId()).isEqualTo("b-9");
    assertThat(record.problem()).isNull();
    assertThat(desk.api.references).hasSize(1);
    assertThat(onlyRecord()).isEqualTo(record);
  }

  @Test
  void aLostBatchThatIsNotFoundIsToldAndNeverSentAgainByItself() {
    answerIsLost();
    assertThatThrownBy(this::submit)
        .isInstanceOf(BatchFailedException.class)
        .hasMessageContaining("acme may or may not have the batch")
        .hasMessageContaining("connection lost")
        .hasMessageContaining("acme lists no batch that could be it")
        .hasMessageEndingWith("Nothing is sent again by itself.");
    assertThat(onlyRecord().status()).isEqualTo(BatchStatus.SUBMITTING);
    assertThat(onlyRecord().problem()).isEqualTo("connection lost");

    assertThatThrownBy(this::submit).isInstanceOf(BatchFailedException.class);
    assertThat(desk.api.references).hasSize(1);

    desk.api.finds.add(() -> List.of(new FoundBatch("b-9", SOME_TIME, true)));
    assertThat(submit().providerBatchId()).isEqualTo("b-9");
    assertThat(desk.api.references).hasSize(1);
  }

  @Test
  void aCrashInTheMiddleOfSendingIsLookedUpByTheNextSubmission() {
    desk.api.submissions.add(() -> {
      throw new Error("the power is gone");
    });
    assertThatThrownBy(this::submit).isInstanceOf(Error.class);

    desk.api.finds.add(() -> List.of(new FoundBatch("b-9", SOME_TIME, true)));
    assertThat(submit().providerBatchId()).isEqualTo("b-9");
    assertThat(desk.api.references).hasSize(1);
  }

  @Test
  void aProviderThatCantBeAskedLeavesItOpen() {
    answerIsLost();
    desk.api.finds.add(ScriptedBatches.failing(Kind.PERMANENT, "no access with " + BatchDesk.KEY));
    assertThatThrownBy(this::submit)
        .hasMessageContaining("can't be asked for it now: no access with [redacted:SOME_API_KEY]")
        .hasMessageNotContaining(BatchDesk.KEY);
    assertThat(onlyRecord().status()).isEqualTo(BatchStatus.SUBMITTING);
  }

  @Test
  void aBatchThatOnlyLooksLikeItIsForAPersonToTake() {
    answerIsLost();
    desk.api.finds.add(() -> List.of(new FoundBatch("b-9", SOME_TIME, false)));
    assertThatThrownBy(this::submit)
        .isInstanceOfSatisfying(
            BatchFailedException.class,
            failed ->
                assertThat(failed.refusal())
                    .get(InstanceOfAssertFactories.type(BatchRefusal.InDoubt.class))
                    .returns("b-9", BatchRefusal.InDoubt::candidate))
        .hasMessageContaining("lists 1 that could be it, the newest b-9");
    assertThat(onlyRecord().providerBatchId()).isNull();

    desk.api.state = new BatchState(BatchState.Phase.IN_PROGRESS, 2, 0, 0, null);
    assertThat(desk.submission().adopt(input, "b-9").providerBatchId()).isEqualTo("b-9");
    assertThat(onlyRecord().status()).isEqualTo(BatchStatus.IN_PROGRESS);
    assertThat(desk.api.references).hasSize(1);
  }

  @Test
  void aBatchOfAnotherSubmissionIsNotOffered() throws IOException {
    desk.api.submissions.add(() -> "b-1");
    desk.submission().submit(desk.input("\"another\"", "\"file\""), false);
    answerIsLost();
    desk.api.finds.add(() -> List.of(new FoundBatch("b-1", SOME_TIME, false)));
    assertThatThrownBy(this::submit).hasMessageContaining("lists no batch that could be it");

    assertThatThrownBy(() -> desk.submission().adopt(input, "b-1"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("another submission");
  }

  @Test
  void aBatchOfAnotherSizeIsNotTaken() {
    answerIsLost();
    assertThatThrownBy(this::submit).isInstanceOf(BatchFailedException.class);
    desk.api.state = new BatchState(BatchState.Phase.ENDED, 3, 3, 0, null);
    assertThatThrownBy(() -> desk.submission().adopt(input, "b-9"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("has 3 requests, and the file 2");
  }

  @Test
  void onlyALostBatchCanBeTaken() {
    desk.api.submissions.add(() -> "b-1");
    submit();
    assertThatThrownBy(() -> desk.submission().adopt(input, "b-9"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.refusal())
                    .contains(new BatchRefusal.NothingInDoubt(input.file())));
  }

  @Test
  void aDamagedRecordStopsASubmissionThatItMayBeOf() throws IOException {
    desk.api.submissions.add(() -> "b-1");
    BatchRecord record = submit();
    Path file = directory.resolve("home/batches/" + record.id() + ".json");
    Files.writeString(file, Files.readString(file).substring(0, 40));
    assertThatThrownBy(this::submit)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("damaged");
    assertThat(desk.api.references).hasSize(1);
  }
}
