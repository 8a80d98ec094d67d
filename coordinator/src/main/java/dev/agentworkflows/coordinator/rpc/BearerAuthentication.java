package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.run.Launch;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;

/** Lets a request in only with a token, and tells the service whose it is. */
final class BearerAuthentication implements ServerInterceptor {

  /** The launch that the current request acts for. */
  static final Context.Key<Launch> LAUNCH = Context.key("launch");

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";

  private final Tokens tokens;

  BearerAuthentication(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<Launch> launch =
        Optional.ofNullable(headers.get(AUTHORIZATION))
            .filter(value -> value.startsWith(SCHEME))
            .flatMap(value -> tokens.launchOf(value.substring(SCHEME.length())));
    if (launch.isEmpty()) {
      call.close(
          Status.UNAUTHENTICATED.withDescription(
              "the request carries no valid token (header 'authorization: Bearer TOKEN')"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(
        Context.current().withValue(LAUNCH, launch.get()), call, headers, next);
  }
}
