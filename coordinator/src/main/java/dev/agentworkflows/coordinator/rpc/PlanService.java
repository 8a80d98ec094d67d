package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.RunPlanned;
import dev.agentworkflows.proto.v1.ToShim;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/**
 * Answers a shim that loads a script to have it checked: tells what the run would be, opens none.
 */
public final class PlanService extends CoordinatorGrpc.CoordinatorImplBase {

  private final RunRecords records;

  public PlanService(RunRecords records) {
    this.records = records;
  }

  @Override
  public StreamObserver<FromShim> run(StreamObserver<ToShim> replies) {
    RunHandle launch = CoordinatorService.launch();
    return new StreamObserver<>() {
      @Override
      public void onNext(FromShim message) {
        try {
          launch.end().complete(answer(message, launch));
        } catch (RuntimeException e) {
          replies.onError(GrpcErrors.of(e));
          return;
        }
        replies.onNext(ToShim.newBuilder().setRunPlanned(RunPlanned.getDefaultInstance()).build());
        replies.onCompleted();
      }

      @Override
      public void onError(Throwable lost) {
        // Whoever started the script's process sees its end, and with which exit code it ended.
      }

      @Override
      public void onCompleted() {
        // Everything was said in the one message.
      }
    };
  }

  private RunHandle.Outcome answer(FromShim message, RunHandle launch) {
    if (message.hasRejectScript()) {
      RunSession.checkVersion(message.getRejectScript().getProtocolVersion());
      return new RunHandle.Outcome.Rejected(message.getRejectScript().getMessage());
    }
    if (!message.hasOpenRun()) {
      throw Status.INVALID_ARGUMENT
          .withDescription("the stream's first message must be OpenRun")
          .asRuntimeException();
    }
    RunSession.checkVersion(message.getOpenRun().getProtocolVersion());
    return new RunHandle.Outcome.Planned(
        records.starting(Wire.script(message.getOpenRun()), launch.options(), null, Spending.NONE));
  }
}
