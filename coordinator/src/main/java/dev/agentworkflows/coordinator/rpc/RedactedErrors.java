package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.secret.Redactor;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Takes keys out of the words that a stream ends with: they quote what was asked for. */
final class RedactedErrors implements ServerInterceptor {

  private final Redactor redactor;

  RedactedErrors(Redactor redactor) {
    this.redactor = redactor;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return next.startCall(
        new SimpleForwardingServerCall<Q, R>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            String told = status.getDescription();
            super.close(
                told == null ? status : status.withDescription(redactor.redact(told)), trailers);
          }
        },
        headers);
  }
}
