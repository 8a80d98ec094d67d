package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.ToShim;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Bytes on a run's stream that are no message arrive as an empty one, which the session refuses. If
 * gRPC refused them by itself, it would end the stream behind the session's back, and what the
 * session sends then would cost the whole connection.
 */
final class MalformedMessages {

  private MalformedMessages() {}

  /** The same service, with a {@code Run} that no bytes can break. */
  static ServerServiceDefinition tolerated(ServerServiceDefinition service) {
    MethodDescriptor<FromShim, ToShim> run = tolerant(CoordinatorGrpc.getRunMethod());
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName())
            .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      descriptor.addMethod(isRun(method) ? run : method.getMethodDescriptor());
    }
    ServerServiceDefinition.Builder tolerated = ServerServiceDefinition.builder(descriptor.build());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      if (isRun(method)) {
        tolerated.addMethod(run, handler(method));
      } else {
        tolerated.addMethod(method);
      }
    }
    return tolerated.build();
  }

  private static boolean isRun(ServerMethodDefinition<?, ?> method) {
    return method
        .getMethodDescriptor()
        .getFullMethodName()
        .equals(CoordinatorGrpc.getRunMethod().getFullMethodName());
  }

  /** The method is {@code Run}, whose messages these are. */
  @SuppressWarnings("unchecked")
  private static ServerCallHandler<FromShim, ToShim> handler(ServerMethodDefinition<?, ?> run) {
    return ((ServerMethodDefinition<FromShim, ToShim>) run).getServerCallHandler();
  }

  private static MethodDescriptor<FromShim, ToShim> tolerant(
      MethodDescriptor<FromShim, ToShim> run) {
    MethodDescriptor.Marshaller<FromShim> strict = run.getRequestMarshaller();
    MethodDescriptor.Marshaller<FromShim> tolerant =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(FromShim message) {
            return strict.stream(message);
          }

          @Override
          public FromShim parse(InputStream bytes) {
            try {
              return strict.parse(bytes);
            } catch (StatusRuntimeException malformed) {
              return FromShim.getDefaultInstance();
            }
          }
        };
    return run.toBuilder(tolerant, run.getResponseMarshaller()).build();
  }
}
