package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.SessionRefusal;
import dev.agentworkflows.coordinator.app.MakeArtifacts;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ShowCall;
import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.proto.v1.CallFiles;
import dev.agentworkflows.proto.v1.CommandOutput;
import dev.agentworkflows.proto.v1.CommandRequest;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.HoldBudgetReply;
import dev.agentworkflows.proto.v1.HoldBudgetRequest;
import dev.agentworkflows.proto.v1.MakeCallFilesRequest;
import dev.agentworkflows.proto.v1.ToShim;
import dev.agentworkflows.store.CallRecord;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The protocol's methods, each for the launch whose token came with it. */
public final class CoordinatorService extends CoordinatorGrpc.CoordinatorImplBase {

  /** Reports of a million calls take a minute or two. */
  private static final Duration MAX_COMMAND = Duration.ofMinutes(10);

  /** So many bytes may wait in a stream for the network. */
  private static final int READY_BELOW = 256 * 1024;

  private final Runs runs;
  private final OpenHome home;
  private final Sessions sessions;
  private final @Nullable HostedCommandThreads commands;

  private CoordinatorService(
      Runs runs, OpenHome home, Sessions sessions, @Nullable HostedCommandThreads commands) {
    this.runs = runs;
    this.home = home;
    this.sessions = sessions;
    this.commands = commands;
  }

  /** For the shims that the coordinator starts itself. */
  public static CoordinatorService ownShims(Runs runs, OpenHome home) {
    return new CoordinatorService(runs, home, LocalSessions.INSTANCE, null);
  }

  /** For remote shims and command lines. */
  public static CoordinatorService shared(Runs runs, OpenHome home, RemoteSessions sessions) {
    return new CoordinatorService(
        runs, home, sessions, new HostedCommandThreads(sessions.hosting(), MAX_COMMAND));
  }

  @Override
  public StreamObserver<FromShim> run(StreamObserver<ToShim> replies) {
    ServerCallStreamObserver<ToShim> toShim = (ServerCallStreamObserver<ToShim>) replies;
    Caller caller = BearerAuthentication.CALLER.get();
    RunStream stream = new RunStream(toShim, (first, from) -> session(caller, first, from));
    ArrivingBytes.Stream arriving = ArrivingBytes.STREAM.get();
    if (arriving != null) {
      arriving.onTooMuch(stream::cutOff);
    }
    toShim.disableAutoRequest();
    toShim.request(1);
    toShim.setOnReadyThreshold(READY_BELOW);
    toShim.setOnReadyHandler(stream::ready);
    toShim.setOnCloseHandler(stream::over);
    toShim.setOnCancelHandler(() -> {
      stream.over();
      stream.onError(new IllegalStateException("cancelled"));
    });
    return stream;
  }

  private RunSession session(Caller caller, FromShim first, RunStream stream) {
    if (!(caller instanceof Caller.Shim shim) || first.hasRejoinRun()) {
      return sessions.open(caller, first, stream);
    }
    stream.holds(sessions.limits(shim.launch()));
    return new RunSession(runs, shim.launch(), sessions, stream);
  }

  @Override
  public void makeCallFiles(MakeCallFilesRequest request, StreamObserver<CallFiles> replies) {
    answer(
        replies,
        () -> {
          CallRecord call =
              new ShowCall(home)
                  .ifThere(request.getCallId())
                  .orElseThrow(
                      () -> new RefusedException(new SessionRefusal.NoCall(request.getCallId())));
          ActiveRun run = ownRun(call.identity().runId());
          if (sessions.keepsRuns()) {
            throw new RefusedException(new SessionRefusal.RemoteFiles());
          }
          return Wire.files(new MakeArtifacts(home).of(call, run.directory()));
        });
  }

  @Override
  public void holdBudget(HoldBudgetRequest request, StreamObserver<HoldBudgetReply> replies) {
    answer(
        replies,
        () -> {
          ActiveRun run = ownRun(request.getRunId());
          String hold = request.getHoldId();
          if (request.getTokens() < 0) {
            throw Status.INVALID_ARGUMENT
                .withDescription("tokens is more than any budget has")
                .asRuntimeException();
          }
          if (request.getTokens() > 0) {
            hold = run.ledger().hold(request.getTokens());
          } else {
            run.ledger().release(hold);
          }
          return HoldBudgetReply.newBuilder()
              .setHoldId(hold)
              .setBudget(Wire.budget(run.ledger()))
              .build();
        });
  }

  /** A token is good for the runs of its own launch alone. */
  private ActiveRun ownRun(String runId) {
    RunHandle launch = launch();
    return runs.active(runId)
        .filter(run -> run.rootId().equals(launch.rootRunId()))
        .orElseThrow(() -> new RefusedException(new SessionRefusal.NoOpenRun(runId)));
  }

  /** The launch of the shim that asks. */
  static RunHandle launch() {
    if (BearerAuthentication.CALLER.get() instanceof Caller.Shim shim) {
      return shim.launch();
    }
    throw Status.PERMISSION_DENIED
        .withDescription("this is for the token of a run")
        .asRuntimeException();
  }

  @Override
  public void command(CommandRequest request, StreamObserver<CommandOutput> replies) {
    if (commands == null || !(BearerAuthentication.CALLER.get() instanceof Caller.Operator)) {
      replies.onError(
          Status.PERMISSION_DENIED
              .withDescription("commands are for the operator's token")
              .asRuntimeException());
      return;
    }
    commands.begin(request, (ServerCallStreamObserver<CommandOutput>) replies);
  }

  private interface Answer<T> {
    T make() throws Exception;
  }

  private static <T> void answer(StreamObserver<T> replies, Answer<T> answer) {
    T reply;
    try {
      reply = answer.make();
    } catch (Exception e) {
      replies.onError(GrpcErrors.of(e));
      return;
    }
    replies.onNext(reply);
    replies.onCompleted();
  }
}
