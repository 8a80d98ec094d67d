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
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets a request in only with a token, and tells the service whose it is. */
final class BearerAuthentication implements ServerInterceptor {

  /** Who makes the current request. */
  static final Context.Key<Caller> CALLER = Context.key("caller");

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";

  /** Whose streams count together, as those of a launch do. */
  private static final Object OPERATOR = new Object();

  private final Tokens tokens;
  private final AuthThrottle failedTries;
  private final Connections connections;

  BearerAuthentication(Tokens tokens, AuthThrottle failedTries, Connections connections) {
    this.tokens = tokens;
    this.failedTries = failedTries;
    this.connections = connections;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    SocketAddress peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    // Looked at first, in the same time whatever it is: who has a valid one is let in however many
    // wrong ones come from the same address.
    Optional<Caller> caller =
        Optional.ofNullable(headers.get(AUTHORIZATION))
            .filter(value -> value.startsWith(SCHEME))
            .flatMap(value -> tokens.callerOf(value.substring(SCHEME.length())));
    if (caller.isEmpty()) {
      return refuse(call, refusal(peer));
    }
    if (!connections.known(peer, caller.get() instanceof Caller.Shim shim ? shim.launch() : null)) {
      return refuse(
          call,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "this run has more connections than a coordinator can bear"));
    }
    ArrivingBytes.Stream arriving = ArrivingBytes.STREAM.get();
    if (arriving != null) {
      arriving.belongsTo(
          caller.get() instanceof Caller.Shim shim ? shim.launch() : OPERATOR,
          () -> call.close(ArrivingBytes.TOO_MUCH, new Metadata()));
    }
    return Contexts.interceptCall(
        Context.current().withValue(CALLER, caller.get()), call, headers, next);
  }

  private Status refusal(@Nullable SocketAddress peer) {
    InetAddress from = peer instanceof InetSocketAddress address ? address.getAddress() : null;
    if (failedTries.tooMany(from)) {
      return Status.RESOURCE_EXHAUSTED.withDescription(
          "too many requests without a valid token came from this address; try again in a minute");
    }
    failedTries.add(from);
    return Status.UNAUTHENTICATED.withDescription(
        "the request carries no valid token (header 'authorization: Bearer TOKEN')");
  }

  private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
