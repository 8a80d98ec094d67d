package dev.agentworkflows.coordinator.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;

/**
 * gRPC's health check, which needs no token. It is answered without reading the request: what
 * somebody unknown sends takes no memory.
 */
final class HealthCheck {

  private static final HealthCheckResponse SERVING =
      HealthCheckResponse.newBuilder().setStatus(HealthCheckResponse.ServingStatus.SERVING).build();

  private HealthCheck() {}

  static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder(HealthGrpc.SERVICE_NAME)
                .addMethod(HealthGrpc.getCheckMethod())
                .build())
        .addMethod(HealthGrpc.getCheckMethod(), (call, headers) -> answer(call))
        .build();
  }

  private static ServerCall.Listener<HealthCheckRequest> answer(
      ServerCall<HealthCheckRequest, HealthCheckResponse> call) {
    call.sendHeaders(new Metadata());
    call.sendMessage(SERVING);
    call.close(Status.OK, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
