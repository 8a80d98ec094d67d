package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.coordinator.run.RunFiles;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.proto.v1.CallFiles;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.HoldBudgetReply;
import dev.agentworkflows.proto.v1.HoldBudgetRequest;
import dev.agentworkflows.proto.v1.MakeCallFilesRequest;
import dev.agentworkflows.proto.v1.ToShim;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunStore;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The protocol's methods, each for the launch whose token came with it. */
public final class CoordinatorService extends CoordinatorGrpc.CoordinatorImplBase {

  private final Runs runs;
  private final RunStore store;
  private final RunFiles files;

  public CoordinatorService(Runs runs, RunStore store) {
    this.runs = runs;
    this.store = store;
    this.files = new RunFiles(store);
  }

  @Override
  public StreamObserver<FromShim> run(StreamObserver<ToShim> replies) {
    ServerCallStreamObserver<ToShim> toShim = (ServerCallStreamObserver<ToShim>) replies;
    RunStream stream = new RunStream(runs, BearerAuthentication.LAUNCH.get(), toShim);
    toShim.setOnCancelHandler(() -> stream.onError(new IllegalStateException("cancelled")));
    return stream;
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
    Launch launch = BearerAuthentication.LAUNCH.get();
    return runs.active(runId)
        .filter(run -> run.rootId().equals(launch.rootRunId()))
        .orElseThrow(() -> new RefusedException("no open run " + runId + "."));
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
