package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.coordinator.testing.FileState;
import dev.agentworkflows.coordinator.testing.HostileNames;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.HoldBudgetRequest;
import dev.agentworkflows.proto.v1.MakeCallFilesRequest;
import dev.agentworkflows.proto.v1.RejoinRun;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.proto.v1.StartCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever has a run's token writes whatever he likes where an id or a name is expected. */
@Timeout(120)
class StolenTokenTest {

  @TempDir private Path directory;
  private SharedCoordinator coordinator;
  private ShimStream shim;
  private RunOpened run;

  @BeforeEach
  void aRunWhoseTokenIsStolen() throws Exception {
    Path home = Files.createDirectories(directory.resolve("home"));
    Files.writeString(directory.resolve("secret.txt"), "this is nobody's business");
    coordinator = new SharedCoordinator(home, RemoteSessions.Limits.USUAL);
    shim = ShimStream.open(coordinator.channel(), SharedCoordinator.OPERATOR);
    run = shim.send(ShimStream.openRun(1)).next().getRunOpened();
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  private CoordinatorGrpc.CoordinatorBlockingStub stub() {
    return CoordinatorGrpc.newBlockingStub(coordinator.channel())
        .withInterceptors(
            MetadataUtils.newAttachHeadersInterceptor(ShimStream.bearer(run.getRunToken())));
  }

  private Map<String, String> state() {
    return FileState.of(directory, path -> !path.toString().contains("workflow.sqlite"));
  }

  private static Status.Code refusal(Runnable request) {
    return catchThrowableOfType(StatusRuntimeException.class, request::run).getStatus().getCode();
  }

  private Status.Code endOf(FromShim first) throws Exception {
    return ShimStream.open(coordinator.channel(), run.getRunToken()).send(first).end().getCode();
  }

  @Test
  void anIdThatIsAPathLeadsNowhere() throws Exception {
    Map<String, String> before = state();
    for (String name : HostileNames.all().toList()) {
      assertThat(
              refusal(() ->
                  stub().makeCallFiles(MakeCallFilesRequest.newBuilder().setCallId(name).build())))
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(
              refusal(() ->
                  stub()
                      .holdBudget(
                          HoldBudgetRequest.newBuilder().setRunId(name).setTokens(1).build())))
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(
              endOf(
                  FromShim.newBuilder()
                      .setRejoinRun(RejoinRun.newBuilder().setProtocolVersion(1).setRunId(name))
                      .build()))
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
      FromShim child = ShimStream.openRun(1);
      assertThat(
              endOf(
                  child.toBuilder()
                      .setOpenRun(child.getOpenRun().toBuilder().setParentRunId(name))
                      .build()))
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
    }
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void whatIsToldOfALongNameIsCut() {
    for (String name : List.of("a".repeat(100_000), "✓".repeat(50_000), "😀".repeat(50_000))) {
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  stub().makeCallFiles(MakeCallFilesRequest.newBuilder().setCallId(name).build()));
      assertThat(refused.getStatus().getDescription())
          .startsWith("no call " + name.substring(0, 100))
          .endsWith(name.substring(0, 2) + "…")
          .hasSizeLessThan(6_100);
    }
  }

  /** Also of a call of its own: these files are for scripts on the coordinator's machine. */
  @Test
  void noFilesAreMadeForItHere() throws Exception {
    String call =
        shim.send(ShimStream.startCall(1, "p")).nextCounted().getCallDone().getResult().getCallId();
    Map<String, String> before = state();
    assertThat(
            refusal(() ->
                stub().makeCallFiles(MakeCallFilesRequest.newBuilder().setCallId(call).build())))
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void whatACallSaysOfItselfIsText() throws Exception {
    Map<String, String> before = state();
    // Longer ones are refused, as GuardedRunTest shows.
    List<String> names = HostileNames.all().filter(name -> name.length() <= 10_000).toList();
    for (int i = 0; i < names.size(); i++) {
      StartCall call =
          ShimStream.startCall(i + 1, names.get(i)).getStartCall().toBuilder()
              .setLabel(names.get(i))
              .setPhase(names.get(i))
              .setAgentType(names.get(i))
              .setModel(names.get(i))
              .setCacheNamespace(names.get(i))
              .addReadScope(names.get(i))
              .build();
      assertThat(
              shim.send(FromShim.newBuilder().setStartCall(call).build())
                  .nextCounted()
                  .getCallDone()
                  .getResult()
                  .getCallId())
          .isEqualTo("%s_call_%04d".formatted(run.getRunId(), i + 1));
    }
    assertThat(state()).isEqualTo(before);
  }
}
