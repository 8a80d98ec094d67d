package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.proto.v1.CallDone;
import dev.agentworkflows.proto.v1.CommandRequest;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.HoldBudgetRequest;
import dev.agentworkflows.proto.v1.RejoinRun;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.proto.v1.ToShim;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that others join, over real connections: who gets in, and what a break costs. */
@Timeout(60)
class SharedCoordinatorTest {

  private static final String OPERATOR = SharedCoordinator.OPERATOR;

  @TempDir private Path directory;

  private SharedCoordinator coordinator;
  private Store store;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    coordinator =
        new SharedCoordinator(
            directory, new RemoteSessions.Limits(3, 50, 1 << 20, 20, Duration.ofSeconds(2)));
    store = coordinator.store();
    channel = coordinator.channel();
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  private RunOpened open(ShimStream shim) throws InterruptedException {
    return shim.send(ShimStream.openRun(1)).next().getRunOpened();
  }

  private static FromShim rejoin(RunOpened run, long received) {
    return FromShim.newBuilder()
        .setRejoinRun(
            RejoinRun.newBuilder()
                .setProtocolVersion(1)
                .setRunId(run.getRunId())
                .setReceived(received))
        .build();
  }

  private static FromShim closeRun() {
    return FromShim.newBuilder()
        .setCloseRun(
            dev.agentworkflows.proto.v1.CloseRun.newBuilder()
                .setStatus("done")
                .setOutputJson("null"))
        .build();
  }

  private Status refusalOf(String token, FromShim first) throws Exception {
    return ShimStream.open(channel, token).send(first).end();
  }

  @Test
  void aRunThatCouldNotBeOpenedTakesNobodysPlace() throws Exception {
    Path inTheWay = Files.writeString(directory.resolve("runs"), "no directory");
    for (int i = 0; i < 4; i++) {
      assertThat(refusalOf(OPERATOR, ShimStream.openRun(1)).getDescription())
          .contains(directory.toString());
    }
    Files.delete(inTheWay);

    assertThat(open(ShimStream.open(channel, OPERATOR)).getRunId()).startsWith("run_");
  }

  // ------------------------------------------------------------ who gets in

  @Test
  void withoutAValidTokenNobodyGetsIn() throws Exception {
    for (String token : List.of("", "wrong", OPERATOR + "0", OPERATOR.substring(1))) {
      Status refusal = refusalOf(token, ShimStream.openRun(1));
      assertThat(refusal.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(refusal.getDescription()).contains("no valid token").doesNotContain(OPERATOR);
    }
    assertThat(store.reader().runs(10)).isEmpty();
  }

  @Test
  void whoTriesTooOftenIsRefusedForAWhileUnlessItsTokenIsValid() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(refusalOf("wrong", ShimStream.openRun(1)).getCode())
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
    assertThat(refusalOf("wrong", ShimStream.openRun(1)).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    open(ShimStream.open(channel, OPERATOR));
  }

  @Test
  void anotherVersionIsRefusedWithBothNamed() throws Exception {
    Status refusal = refusalOf(OPERATOR, ShimStream.openRun(99));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusal.getDescription()).contains("version 99", "version 1");
  }

  @Test
  void aRunsTokenOpensNoOtherRunAndRunsNoCommand() throws Exception {
    RunOpened run = open(ShimStream.open(channel, OPERATOR));
    assertThat(refusalOf(run.getRunToken(), ShimStream.openRun(1)).getDescription())
        .contains("has its run already");
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                CoordinatorGrpc.newBlockingStub(channel)
                    .withInterceptors(
                        MetadataUtils.newAttachHeadersInterceptor(
                            ShimStream.bearer(run.getRunToken())))
                    .command(CommandRequest.newBuilder().addArguments("runs").build())
                    .next());
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void aRunsTokenNeitherJoinsNorTouchesAnotherRun() throws Exception {
    RunOpened one = open(ShimStream.open(channel, OPERATOR));
    ShimStream others = ShimStream.open(channel, OPERATOR);
    RunOpened other = open(others);
    assertThat(refusalOf(one.getRunToken(), rejoin(other, 1)).getCode())
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refusalOf(OPERATOR, rejoin(other, 1)).getCode())
        .as("the operator's token is no shim's")
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> {
              var unused =
                  CoordinatorGrpc.newBlockingStub(channel)
                      .withInterceptors(
                          MetadataUtils.newAttachHeadersInterceptor(
                              ShimStream.bearer(one.getRunToken())))
                      .holdBudget(
                          HoldBudgetRequest.newBuilder()
                              .setRunId(other.getRunId())
                              .setTokens(1)
                              .build());
            });
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(others.send(ShimStream.startCall(1, "still here")).next().hasCallDone()).isTrue();
  }

  @Test
  void healthIsToldWithoutAToken() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  @Test
  void theOperatorRunsCommands() {
    var outputs =
        CoordinatorGrpc.newBlockingStub(channel)
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(ShimStream.bearer(OPERATOR)))
            .command(CommandRequest.newBuilder().addArguments("runs").build());
    assertThat(outputs.next().getStdout().toStringUtf8()).isEqualTo("ran [runs]");
    assertThat(outputs.next().getExitCode()).isEqualTo(7);
  }

  // ------------------------------------------------------------ limits

  @Test
  void moreRunsThanTheLimitAreRefused() throws Exception {
    for (int i = 0; i < 3; i++) {
      open(ShimStream.open(channel, OPERATOR));
    }
    Status refusal = refusalOf(OPERATOR, ShimStream.openRun(1));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.getDescription()).contains("3 scripts at once");
  }

  @Test
  void aShimThatKeepsNoCallsBackIsCutOff() throws Exception {
    ShimStream shim = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(shim);
    assertThat(run.getMostCalls()).isEqualTo(50);
    for (int i = 1; i <= 101; i++) {
      shim.send(
          ShimStream.startCall(i, "slow " + i).toBuilder()
              .setStartCall(
                  ShimStream.startCall(i, "slow " + i).getStartCall().toBuilder()
                      .setMetadataJson("{\"fake\":{\"delay_ms\":20000}}"))
              .build());
    }
    assertThat(shim.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    awaitStatus(run, RunStatus.INTERRUPTED);
  }

  /** A megabyte may be on its way here: ten of these calls, and the one that goes beyond it. */
  @Test
  void largePromptsWaitOutsideUntilThereIsRoom() throws Exception {
    ShimStream shim = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(shim);
    for (int i = 1; i <= 40; i++) {
      shim.send(large(i, 500));
    }
    long most = 0;
    for (int i = 1; i <= 40; i++) {
      most = Math.max(most, running(run));
      callDone(shim.nextCounted());
    }
    assertThat(most).as("calls that were out at once").isBetween(2L, 12L);
    assertThat(store.reader().calls(run.getRunId())).hasSize(40);
  }

  @Test
  void whoFillsTheRoomKeepsNobodyElseWaitingAndEndsAsOthersDo() throws Exception {
    ShimStream greedy = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(greedy);
    for (int i = 1; i <= 30; i++) {
      greedy.send(large(i, 20_000));
    }
    ManagedChannel another = coordinator.newChannel();
    try {
      ShimStream other = ShimStream.open(another, OPERATOR);
      open(other);
      assertThat(callDone(other.send(large(1, 0)).nextCounted())).isEqualTo(1);
    } finally {
      another.shutdownNow();
    }
    greedy.breakOff();
    awaitStatus(run, RunStatus.INTERRUPTED);
    assertThat(store.reader().calls(run.getRunId())).hasSizeLessThan(12);
  }

  @Test
  void eventsAreCountedOnlyUntilTheyAreStored() throws Exception {
    ShimStream shim = ShimStream.open(channel, OPERATOR);
    open(shim);
    for (int i = 0; i < 30; i++) {
      shim.send(
          FromShim.newBuilder()
              .setAppendEvent(
                  dev.agentworkflows.proto.v1.AppendEvent.newBuilder()
                      .setType("log")
                      .setMessage("m".repeat(100_000)))
              .build());
    }
    assertThat(callDone(shim.send(ShimStream.startCall(1, "after them")).nextCounted()))
        .isEqualTo(1);
  }

  /** Four times as much as may be on its way is kept for it. */
  @Test
  void aShimThatLeavesItsAnswersLyingIsCutOff() throws Exception {
    ShimStream shim = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(shim);
    for (int i = 1; i <= 60; i++) {
      shim.send(echoed(i));
    }
    Status end = shim.end();
    assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(end.getDescription()).contains("unacknowledged");
    awaitStatus(run, RunStatus.INTERRUPTED);
  }

  @Test
  void oneThatAcknowledgesThemMayHaveAnyNumber() throws Exception {
    ShimStream shim = ShimStream.open(channel, OPERATOR);
    open(shim);
    for (int i = 1; i <= 100; i++) {
      assertThat(callDone(shim.send(echoed(i)).nextCounted())).isEqualTo(i);
      // RunOpened was the first.
      shim.send(
          FromShim.newBuilder()
              .setAcknowledge(
                  dev.agentworkflows.proto.v1.Acknowledge.newBuilder().setReceived(i + 1L))
              .build());
    }
    assertThat(shim.send(closeRun()).nextCounted().hasRunClosed()).isTrue();
  }

  private static FromShim echoed(long ref) {
    return ShimStream.startCall(ref, ref + "x".repeat(100_000));
  }

  private long running(RunOpened run) {
    return store.reader().calls(run.getRunId()).stream()
        .filter(call -> call.status() == CallStatus.RUNNING)
        .count();
  }

  private static FromShim large(long ref, int delayMillis) {
    FromShim call = ShimStream.startCall(ref, ref + "x".repeat(100_000));
    return call.toBuilder()
        .setStartCall(
            call.getStartCall().toBuilder()
                .setMetadataJson("{\"fake\":{\"text\":\"t\",\"delay_ms\":" + delayMillis + "}}"))
        .build();
  }

  // ------------------------------------------------------------ a break of the network

  @Test
  void aRunGoesOnAfterABreakAndNothingIsLostOrRepeated() throws Exception {
    ShimStream first = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(first);
    first.send(ShimStream.startCall(1, "one"));
    assertThat(callDone(first.nextCounted())).isEqualTo(1);
    first.send(slow(2));
    first.breakOff();

    ShimStream second = ShimStream.open(channel, run.getRunToken());
    // Two have arrived: RunOpened and the first answer.
    ToShim rejoined = second.send(rejoin(run, 2)).next();
    assertThat(rejoined.hasRunRejoined()).isTrue();
    long arrived = rejoined.getRunRejoined().getReceived();
    assertThat(arrived).isBetween(2L, 3L);
    if (arrived == 2) {
      second.send(slow(2));
    }
    assertThat(callDone(second.nextCounted())).isEqualTo(2);
    second.send(closeRun());
    ToShim closed = second.nextCounted();
    assertThat(closed.getRunClosed().getSummary().getLines()).contains(run.getRunId());
    assertThat(second.end().getCode()).isEqualTo(Status.Code.OK);
    assertThat(store.reader().calls(run.getRunId())).hasSize(2);
    assertThat(store.reader().run(run.getRunId()).orElseThrow().status()).isEqualTo(RunStatus.DONE);
  }

  @Test
  void answersThatGotLostComeAgain() throws Exception {
    ShimStream first = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(first);
    for (int i = 1; i <= 5; i++) {
      first.send(ShimStream.startCall(i, "p" + i));
      first.nextCounted();
    }
    first.breakOff();
    ShimStream second = ShimStream.open(channel, run.getRunToken());
    assertThat(second.send(rejoin(run, 3)).next().getRunRejoined().getReceived()).isEqualTo(6);
    assertThat(callDone(second.nextCounted())).isEqualTo(3);
    assertThat(callDone(second.nextCounted())).isEqualTo(4);
    assertThat(callDone(second.nextCounted())).isEqualTo(5);
  }

  /** As a few people do who take their time to answer, where there are few processors. */
  @Test
  void aRunEndsWhilePoolThreadsThatJavaSharesAreBlocked() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    for (int i = 0; i < 64; i++) {
      ForkJoinPool.commonPool()
          .execute(() -> {
            try {
              over.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    try {
      ShimStream shim = ShimStream.open(channel, OPERATOR);
      open(shim);
      assertThat(shim.send(closeRun()).next().hasRunClosed()).isTrue();
    } finally {
      over.countDown();
    }
  }

  @Test
  void theEndOfARunCanBeAskedForAgain() throws Exception {
    ShimStream first = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(first);
    first.send(closeRun());
    assertThat(first.nextCounted().hasRunClosed()).isTrue();
    ShimStream second = ShimStream.open(channel, run.getRunToken());
    assertThat(second.send(rejoin(run, 1)).next().hasRunRejoined()).isTrue();
    assertThat(second.nextCounted().hasRunClosed()).isTrue();
    assertThat(second.end().getCode()).isEqualTo(Status.Code.OK);
  }

  @Test
  void anOldStreamIsCutWhenAnotherJoins() throws Exception {
    ShimStream first = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(first);
    ShimStream second = ShimStream.open(channel, run.getRunToken());
    assertThat(second.send(rejoin(run, 1)).next().hasRunRejoined()).isTrue();
    assertThat(first.end().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(second.send(ShimStream.startCall(1, "here")).nextCounted().hasCallDone()).isTrue();
  }

  @Test
  void aShimThatStaysAwayLeavesAnInterruptedRun() throws Exception {
    ShimStream shim = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(shim);
    shim.breakOff();
    awaitStatus(run, RunStatus.INTERRUPTED);
    assertThat(store.reader().run(run.getRunId()).orElseThrow().error().message())
        .contains("gone for 2 s");
    assertThat(refusalOf(run.getRunToken(), rejoin(run, 1)).getCode())
        .isIn(Status.Code.FAILED_PRECONDITION, Status.Code.UNAUTHENTICATED);
  }

  @Test
  void aRejoinThatClaimsWhatWasNeverSentIsRefused() throws Exception {
    ShimStream shim = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(shim);
    assertThat(refusalOf(run.getRunToken(), rejoin(run, 99)).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusalOf(run.getRunToken(), rejoin(run, -1)).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(shim.send(ShimStream.startCall(1, "still")).nextCounted().hasCallDone()).isTrue();
  }

  @Test
  void manyMessagesAreAcknowledged() throws Exception {
    ShimStream shim = ShimStream.open(channel, OPERATOR);
    open(shim);
    long acknowledged = 0;
    for (int i = 1; i <= 200; i++) {
      shim.send(ShimStream.startCall(i, "p" + i));
      ToShim message = shim.next();
      while (message.hasAcknowledge()) {
        acknowledged = message.getAcknowledge().getReceived();
        message = shim.next();
      }
    }
    assertThat(acknowledged).isBetween(128L, 201L);
  }

  @Test
  void stoppingTheCoordinatorInterruptsItsRuns() throws Exception {
    ShimStream shim = ShimStream.open(channel, OPERATOR);
    RunOpened run = open(shim);
    shim.send(slow(1));
    coordinator.stop(Duration.ofSeconds(10));
    assertThat(store.reader().run(run.getRunId()).orElseThrow().status())
        .isEqualTo(RunStatus.INTERRUPTED);
    assertThat(shim.end().getDescription()).contains("stopped");
  }

  private static FromShim slow(long ref) {
    FromShim call = ShimStream.startCall(ref, "slow " + ref);
    return call.toBuilder()
        .setStartCall(
            call.getStartCall().toBuilder().setMetadataJson("{\"fake\":{\"delay_ms\":500}}"))
        .build();
  }

  private static long callDone(ToShim message) {
    CallDone done = message.getCallDone();
    assertThat(done.getResult().getStatus()).isEqualTo("done");
    return done.getCallRef();
  }

  private void awaitStatus(RunOpened run, RunStatus status) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (store.reader().run(run.getRunId()).orElseThrow().status() != status) {
      assertThat(System.nanoTime()).as("waiting for " + status).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
