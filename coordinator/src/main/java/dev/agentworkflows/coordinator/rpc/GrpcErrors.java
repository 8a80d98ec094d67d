package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.Causes;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.budget.BudgetExceededException;
import dev.agentworkflows.store.StoreException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** The one place that says which gRPC status a domain error is. */
final class GrpcErrors {

  private GrpcErrors() {}

  static StatusRuntimeException of(Throwable thrown) {
    Throwable cause = Causes.of(thrown);
    if (cause instanceof StatusRuntimeException status) {
      return status;
    }
    Status status =
        cause instanceof RefusedException
            ? Status.FAILED_PRECONDITION
            : cause instanceof BudgetExceededException
                ? Status.RESOURCE_EXHAUSTED
                : cause instanceof StoreException ? Status.UNAVAILABLE : Status.INTERNAL;
    return status
        .withDescription(status == Status.INTERNAL ? "unexpected: " + cause : text(cause))
        .withCause(cause)
        .asRuntimeException();
  }

  /** Whoever runs a script here has the options of a command line. */
  private static String text(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return cause instanceof RefusedException refused
            && refused.refusal().filter(ScriptRefusal.NeedsApproval.class::isInstance).isPresent()
        ? message + "\nPass --yes to approve it beforehand."
        : message;
  }

  /** What people are told of it. */
  static String message(Throwable thrown) {
    return String.valueOf(of(thrown).getStatus().getDescription());
  }
}
