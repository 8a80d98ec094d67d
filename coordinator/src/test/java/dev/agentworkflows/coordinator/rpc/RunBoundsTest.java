package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.agentworkflows.coordinator.approval.Approvals;
import dev.agentworkflows.proto.v1.Acknowledge;
import dev.agentworkflows.proto.v1.AppendEvent;
import dev.agentworkflows.proto.v1.AskApproval;
import dev.agentworkflows.proto.v1.CallRefused;
import dev.agentworkflows.proto.v1.CloseRun;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.HoldBudgetRequest;
import dev.agentworkflows.proto.v1.OpenRun;
import dev.agentworkflows.proto.v1.RejectScript;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a shim may say of its run, how much, and when. */
@Timeout(60)
class RunBoundsTest {

  private static final String OPERATOR = SharedCoordinator.OPERATOR;
  private static final int STREAMS = 4;

  @TempDir private Path directory;

  private SharedCoordinator coordinator;
  private ManagedChannel channel;
  private ShimStream shim;
  private RunOpened run;

  @BeforeEach
  void start() throws Exception {
    coordinator =
        new SharedCoordinator(
            directory,
            new RemoteSessions.Limits(10, 1_000, 64L << 20, STREAMS, Duration.ofSeconds(2)));
    channel = coordinator.channel();
    shim = ShimStream.open(channel, OPERATOR);
    run = shim.send(ShimStream.openRun(1)).next().getRunOpened();
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  private FromShim child(UnaryOperator<OpenRun.Builder> change) {
    OpenRun.Builder open = ShimStream.openRun(1).getOpenRun().toBuilder().clearChoices();
    return FromShim.newBuilder()
        .setOpenRun(change.apply(open.setParentRunId(run.getRunId())))
        .build();
  }

  private ShimStream openChild() {
    return ShimStream.open(channel, run.getRunToken()).send(child(open -> open));
  }

  private static FromShim close(String outputJson) {
    return FromShim.newBuilder()
        .setCloseRun(CloseRun.newBuilder().setStatus("done").setOutputJson(outputJson))
        .build();
  }

  private static FromShim call(long ref, UnaryOperator<FromShim> change) {
    return change.apply(ShimStream.startCall(ref, "p"));
  }

  private static FromShim slow(long ref) {
    FromShim call = ShimStream.startCall(ref, "slow " + ref);
    return call.toBuilder()
        .setStartCall(
            call.getStartCall().toBuilder().setMetadataJson("{\"fake\":{\"delay_ms\":60000}}"))
        .build();
  }

  private static FromShim event(String dataJson) {
    return FromShim.newBuilder()
        .setAppendEvent(
            AppendEvent.newBuilder().setType("log").setMessage("m").setDataJson(dataJson))
        .build();
  }

  private static FromShim question(long ref, String label) {
    return FromShim.newBuilder()
        .setAskApproval(
            AskApproval.newBuilder().setCallRef(ref).setQuestion("Go on?").setLabel(label))
        .build();
  }

  private static FromShim acknowledge(long received) {
    return FromShim.newBuilder()
        .setAcknowledge(Acknowledge.newBuilder().setReceived(received))
        .build();
  }

  private RunRecord awaitEnd(String runId) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    RunRecord record = coordinator.store().reader().run(runId).orElseThrow();
    while (record.status() == RunStatus.RUNNING) {
      assertThat(System.nanoTime()).as("the end of " + runId).isLessThan(deadline);
      Thread.onSpinWait();
      record = coordinator.store().reader().run(runId).orElseThrow();
    }
    return record;
  }

  // ------------------------------------------------------------ ends

  @Test
  void aChildEndsWithItsRunThatIsClosed() throws Exception {
    ShimStream child = openChild();
    String id = child.next().getRunOpened().getRunId();
    child.send(slow(1));
    shim.send(close("1"));
    assertThat(shim.nextCounted().hasRunClosed()).isTrue();
    assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.INTERRUPTED);
    assertThat(awaitEnd(id).error().message()).contains("ended before it");
    assertThat(child.end().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(coordinator.store().reader().calls(id))
        .noneMatch(call -> call.completedAt() == null);
  }

  @Test
  void aChildEndsWithItsRunThatIsLost() throws Exception {
    ShimStream child = openChild();
    String id = child.next().getRunOpened().getRunId();
    shim.breakOff();
    assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.INTERRUPTED);
    assertThat(awaitEnd(run.getRunId()).status()).isEqualTo(RunStatus.INTERRUPTED);
    assertThat(child.end().getCode()).isEqualTo(Status.Code.ABORTED);
  }

  @Test
  void noChildIsOpenedInARunThatIsClosed() throws Exception {
    shim.send(close("1"));
    assertThat(shim.nextCounted().hasRunClosed()).isTrue();
    assertThat(openChild().end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void nothingFollowsTheClosingOfARun() throws Exception {
    for (FromShim late : List.of(ShimStream.startCall(1, "p"), event("{}"), close("2"))) {
      ShimStream other = ShimStream.open(channel, OPERATOR);
      String id = other.send(ShimStream.openRun(1)).next().getRunOpened().getRunId();
      other.send(slow(7));
      other.send(close("1")).send(late);
      assertThat(other.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.DONE);
      assertThat(coordinator.store().reader().calls(id)).hasSize(1);
    }
  }

  // ------------------------------------------------------------ numbers

  @Test
  void aScriptThatIsRejectedBehindItsOpeningEndsItsRun() throws Exception {
    shim.send(rejection());

    assertThat(shim.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(awaitEnd(run.getRunId()).status()).isEqualTo(RunStatus.INTERRUPTED);
  }

  @Test
  void nothingIsOpenedBehindARejection() throws Exception {
    int open = coordinator.store().reader().runs(100).size();
    ShimStream other = ShimStream.open(channel, OPERATOR).send(ShimStream.openRun(1));
    String id = other.next().getRunOpened().getRunId();
    other.send(rejection()).send(ShimStream.openRun(1));

    assertThat(other.end().isOk()).isFalse();
    assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.INTERRUPTED);
    assertThat(coordinator.store().reader().runs(100)).hasSize(open + 1);
  }

  private static FromShim rejection() {
    return FromShim.newBuilder()
        .setRejectScript(RejectScript.newBuilder().setProtocolVersion(1).setMessage("no main"))
        .build();
  }

  @Test
  void aNumberOfACallComesOnce() throws Exception {
    assertThat(shim.send(ShimStream.startCall(5, "a")).nextCounted().hasCallDone()).isTrue();
    assertThat(shim.send(ShimStream.startCall(4, "b")).nextCounted().hasCallDone()).isTrue();
    shim.send(ShimStream.startCall(5, "c"));
    assertThat(shim.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(coordinator.store().reader().calls(run.getRunId())).hasSize(2);
  }

  @Test
  void anAcknowledgementThatCannotBeEndsTheStream() throws Exception {
    for (long received : new long[] {2, 1_000_000, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      ShimStream other = ShimStream.open(channel, OPERATOR);
      String id = other.send(ShimStream.openRun(1)).next().getRunOpened().getRunId();
      other.send(acknowledge(1)).send(acknowledge(received));
      assertThat(other.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.INTERRUPTED);
    }
    shim.send(acknowledge(1)).send(acknowledge(0));
    assertThat(shim.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void moreTokensThanABudgetCanHaveAreNotHeld() {
    StatusRuntimeException refused =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                CoordinatorGrpc.newBlockingStub(channel)
                    .withInterceptors(
                        MetadataUtils.newAttachHeadersInterceptor(
                            ShimStream.bearer(run.getRunToken())))
                    .holdBudget(
                        HoldBudgetRequest.newBuilder()
                            .setRunId(run.getRunId())
                            .setTokens(-1)
                            .build()));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aRunAndItsChildrenHaveSoManyStreams() throws Exception {
    for (int i = 1; i < STREAMS; i++) {
      assertThat(openChild().next().hasRunOpened()).isTrue();
    }
    assertThat(openChild().end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(shim.send(ShimStream.startCall(1, "p")).nextCounted().hasCallDone()).isTrue();
  }

  // ------------------------------------------------------------ texts

  @Test
  void aTextThatIsTooLongCostsItsCallAndNothingElse() throws Exception {
    String tooLong = "x".repeat(10 << 20);
    List<UnaryOperator<dev.agentworkflows.proto.v1.StartCall.Builder>> changes =
        List.of(
            call -> call.setLabel(tooLong),
            call -> call.setPhase(tooLong),
            call -> call.setModel(tooLong),
            call -> call.setAgentType(tooLong),
            call -> call.setProvider(tooLong),
            call -> call.setCacheNamespace(tooLong),
            call -> call.setIsolation(tooLong),
            call -> call.setCachePolicy(tooLong),
            call -> call.addReadScope(tooLong),
            call -> call.addWriteScope(tooLong),
            call -> call.setPermissionsJson("\"" + tooLong + "\""),
            call -> call.setMetadataJson("{\"a\":\"" + tooLong + "\"}"));
    for (int i = 0; i < changes.size(); i++) {
      UnaryOperator<dev.agentworkflows.proto.v1.StartCall.Builder> change = changes.get(i);
      shim.send(
          call(
              i,
              plain ->
                  FromShim.newBuilder()
                      .setStartCall(change.apply(plain.getStartCall().toBuilder()))
                      .build()));
      CallRefused refused = shim.nextCounted().getCallRefused();
      assertThat(refused.getReason()).isEqualTo(CallRefused.Reason.INVALID);
      assertThat(refused.getMessage()).contains("expected at most").hasSizeLessThan(300);
    }
    assertThat(shim.send(ShimStream.startCall(99, "p")).nextCounted().hasCallDone()).isTrue();
  }

  @Test
  void aQuestionWithALabelOfMegabytesKeepsNobodyFromAnswers() throws Exception {
    shim.send(question(1, "x".repeat(10 << 20)));
    assertThat(shim.nextCounted().hasCallRefused()).isTrue();
    ShimStream other = ShimStream.open(channel, OPERATOR);
    String id = other.send(ShimStream.openRun(1)).next().getRunOpened().getRunId();
    other.send(question(1, "a label"));
    assertThat(other.nextCounted().getNotice().getMessage()).contains("Go on?");
    ApprovalRecord asked = coordinator.store().reader().approvals(id).get(0);
    Approvals.answer(coordinator.store(), asked, true, "test", Instant.EPOCH);
    assertThat(other.nextCounted().getApprovalAnswered().getApproved()).isTrue();
  }

  @Test
  void aLongMessageIsKeptInPart() throws Exception {
    String message = "begin " + "m".repeat(3_000_000) + " end";
    shim.send(
        FromShim.newBuilder()
            .setAppendEvent(
                AppendEvent.newBuilder()
                    .setType("log")
                    .setMessage(message)
                    .setDataJson("{\"a\":\"" + "d".repeat(5_000_000) + "\"}"))
            .build());
    shim.send(close("1"));
    assertThat(shim.nextCounted().hasRunClosed()).isTrue();
    var kept = coordinator.store().reader().events(run.getRunId(), 0, 10).get(0);
    assertThat(kept.message())
        .startsWith("begin m")
        .endsWith("m end")
        .contains("left out")
        .hasSizeLessThan(1_000_001);
    assertThat(kept.dataJson()).contains("omitted_characters").hasSizeLessThan(100);
  }

  @Test
  void whatIsSaidToBeJsonIsJson() throws Exception {
    for (FromShim wrong :
        List.of(event("{"), event("[]"), event("{\"a\":1e999999999}"), close("{"), close(""))) {
      ShimStream other = ShimStream.open(channel, OPERATOR);
      String id = other.send(ShimStream.openRun(1)).next().getRunOpened().getRunId();
      assertThat(other.send(wrong).end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(awaitEnd(id).status()).isEqualTo(RunStatus.INTERRUPTED);
    }
    for (String args : List.of("{", "[]", "", "{\"a\":1e-999999999}")) {
      ShimStream refused = ShimStream.open(channel, run.getRunToken());
      assertThat(refused.send(child(open -> open.setArgsJson(args))).end().getCode())
          .as(args)
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void aPromptOfMegabytesIsFine() throws Exception {
    FromShim large =
        call(
            1,
            plain ->
                FromShim.newBuilder()
                    .setStartCall(
                        plain.getStartCall().toBuilder()
                            .setPrompt(ByteString.copyFromUtf8("p".repeat(3 << 20))))
                    .build());
    assertThat(shim.send(large).nextCounted().hasCallDone()).isTrue();
  }
}
