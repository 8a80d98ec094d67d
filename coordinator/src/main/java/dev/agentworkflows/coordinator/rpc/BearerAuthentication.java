package dev.agentworkflows.coordinator.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets a request in only with a token, and tells the service whose it is. */
final class BearerAuthentication implements ServerInterceptor {

  /** Who makes the current request. */
  static final Context.Key<Caller> CALLER = Context.key("caller");

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";

  private final Tokens tokens;
  private final FailedTries failedTries;

  BearerAuthentication(Tokens tokens, FailedTries failedTries) {
    this.tokens = tokens;
    this.failedTries = failedTries;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    InetAddress from = address(call);
    if (failedTries.tooMany(from)) {
      return refuse(
          call,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "too many requests without a valid token came from this address; try again in a"
                  + " minute"));
    }
    Optional<Caller> caller =
        Optional.ofNullable(headers.get(AUTHORIZATION))
            .filter(value -> value.startsWith(SCHEME))
            .flatMap(value -> tokens.callerOf(value.substring(SCHEME.length())));
    if (caller.isEmpty()) {
      failedTries.add(from);
      return refuse(
          call,
          Status.UNAUTHENTICATED.withDescription(
              "the request carries no valid token (header 'authorization: Bearer TOKEN')"));
    }
    return Contexts.interceptCall(
        Context.current().withValue(CALLER, caller.get()), call, headers, next);
  }

  private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static @Nullable InetAddress address(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
            instanceof InetSocketAddress address
        ? address.getAddress()
        : null;
  }
}
