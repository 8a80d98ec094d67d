package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.secret.Redactor;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Takes keys out of the words that a stream ends with, which quote what was asked for, and cuts
 * them where they would be more than a header may hold: then nobody would be told even the status.
 */
final class RedactedErrors implements ServerInterceptor {

  /** As they travel; clients take 8 KiB of headers. */
  private static final int MAX_BYTES = 6_000;

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
                told == null ? status : status.withDescription(cut(redactor.redact(told))),
                trailers);
          }
        },
        headers);
  }

  private static String cut(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // What is not plain ASCII travels as %XX for each of its bytes in UTF-8.
      bytes += c >= ' ' && c < 0x7f && c != '%' ? 1 : c < 0x80 ? 3 : c < 0x800 ? 6 : 9;
      if (bytes > MAX_BYTES) {
        return text.substring(0, Character.isLowSurrogate(c) ? i - 1 : i) + "…";
      }
    }
    return text;
  }
}
