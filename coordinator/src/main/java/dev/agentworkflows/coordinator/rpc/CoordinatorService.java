package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.coordinator.run.RunFiles;
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
import dev.agentworkflows.store.RunStore;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** The protocol's methods, each for the launch whose token came with it. */
public final class CoordinatorService extends CoordinatorGrpc.CoordinatorImplBase {

  private final Runs runs;
  private final RunStore store;
  private final RunFiles files;
  private final Elsewhere elsewhere;
  private final @Nullable Hosting hosting;

  private CoordinatorService(
      Runs runs, RunStore store, Elsewhere elsewhere, @Nullable Hosting hosting) {
    this.runs = runs;
    this.store = store;
    this.files = new RunFiles(store);
    this.elsewhere = elsewhere;
    this.hosting = hosting;
  }

  /** For the shims that the coordinator starts itself. */
  public static CoordinatorService ownShims(Runs runs, RunStore store) {
    return new CoordinatorService(runs, store, Elsewhere.NOWHERE, null);
  }

  /** For shims and command lines elsewhere. */
  public static CoordinatorService shared(Runs runs, RunStore store, RemoteSessions sessions) {
    return new CoordinatorService(runs, store, sessions, sessions.hosting());
  }

  @Override
  public StreamObserver<FromShim> run(StreamObserver<ToShim> replies) {
    ServerCallStreamObserver<ToShim> toShim = (ServerCallStreamObserver<ToShim>) replies;
    Caller caller = BearerAuthentication.CALLER.get();
    RunStream stream = new RunStream(toShim, (first, from) -> session(caller, first, from));
    toShim.disableAutoRequest();
    toShim.request(1);
    toShim.setOnCancelHandler(() -> stream.onError(new IllegalStateException("cancelled")));
    return stream;
  }

  private RunSession session(Caller caller, FromShim first, RunStream stream) {
    return caller instanceof Caller.Shim shim && !first.hasRejoinRun()
        ? new RunSession(runs, shim.launch(), elsewhere, stream)
        : elsewhere.open(caller, first, stream);
  }

  @Override
  public void makeCallFiles(MakeCallFilesRequest request, StreamObserver<CallFiles> replies) {
    answer(
        replies,
        () -> {
          CallRecord call =
              store
                  .call(request.getCallId())
                  .orElseThrow(() -> new RefusedException("no call " + request.getCallId() + "."));
          ActiveRun run = ownRun(call.runId());
          if (elsewhere.keepsRuns()) {
            throw new RefusedException("the files of a call are made for scripts on this machine.");
          }
          return Wire.files(files.makeCallFiles(call, run.directory()));
        });
  }

  @Override
  public void holdBudget(HoldBudgetRequest request, StreamObserver<HoldBudgetReply> replies) {
    answer(
        replies,
        () -> {
          ActiveRun run = ownRun(request.getRunId());
          String hold = request.getHoldId();
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
    Launch launch = launch();
    return runs.active(runId)
        .filter(run -> run.rootId().equals(launch.rootRunId()))
        .orElseThrow(() -> new RefusedException("no open run " + runId + "."));
  }

  /** The launch of the shim that asks. */
  static Launch launch() {
    if (BearerAuthentication.CALLER.get() instanceof Caller.Shim shim) {
      return shim.launch();
    }
    throw Status.PERMISSION_DENIED
        .withDescription("this is for the token of a run")
        .asRuntimeException();
  }

  @Override
  public void command(CommandRequest request, StreamObserver<CommandOutput> replies) {
    if (hosting == null || !(BearerAuthentication.CALLER.get() instanceof Caller.Operator)) {
      replies.onError(
          Status.PERMISSION_DENIED
              .withDescription("commands are for the operator's token")
              .asRuntimeException());
      return;
    }
    CommandStream output = new CommandStream((ServerCallStreamObserver<CommandOutput>) replies);
    Thread thread = new Thread(() -> output.run(hosting, request), "command");
    thread.setDaemon(true);
    thread.start();
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
