package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ServerRefusal;
import dev.agentworkflows.proto.v1.CommandOutput;
import dev.agentworkflows.proto.v1.CommandRequest;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Has a remote coordinator run one of the commands that look or cancel. */
public final class RemoteCommand {

  private static final int MAX_MESSAGE = 4 * 1024 * 1024;
  private static final long KEEPALIVE_SECONDS = 10;

  private RemoteCommand() {}

  /**
   * Blocks until the command has ended there; what it prints comes as it prints it.
   *
   * @return its exit code
   * @throws RefusedException when the coordinator can't be asked
   */
  public static int run(
      RemoteAddress address,
      List<String> arguments,
      @Nullable Integer columns,
      OutputStream out,
      OutputStream err) {
    ManagedChannel channel = channel(address);
    try {
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
          "Bearer " + address.token());
      CommandRequest.Builder request = CommandRequest.newBuilder().addAllArguments(arguments);
      if (columns != null) {
        request.setColumns(columns);
      }
      return copy(
          CoordinatorGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .command(request.build()),
          out,
          err);
    } catch (StatusRuntimeException e) {
      throw new RefusedException(refusal(address.toString(), e.getStatus()), e);
    } finally {
      channel.shutdownNow();
    }
  }

  private static int copy(Iterator<CommandOutput> outputs, OutputStream out, OutputStream err) {
    int code = 1;
    try {
      while (outputs.hasNext()) {
        CommandOutput output = outputs.next();
        switch (output.getOutputCase()) {
          case STDOUT -> output.getStdout().writeTo(out);
          case STDERR -> {
            out.flush();
            output.getStderr().writeTo(err);
            err.flush();
          }
          case EXIT_CODE -> code = output.getExitCode();
          case OUTPUT_NOT_SET -> {}
        }
      }
      out.flush();
    } catch (IOException e) {
      throw new RefusedException(new ServerRefusal.OutputNotWritten(e.getMessage()), e);
    }
    return code;
  }

  private static ManagedChannel channel(RemoteAddress address) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .maxInboundMessageSize(MAX_MESSAGE)
            .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEPALIVE_SECONDS, TimeUnit.SECONDS);
    if (!address.tls()) {
      return builder.usePlaintext().build();
    }
    try {
      SslContextBuilder tls = GrpcSslContexts.forClient();
      if (address.ca() != null) {
        tls.trustManager(readable(address.ca()).toFile());
      }
      if (address.clientCertificate() != null && address.clientKey() != null) {
        tls.keyManager(
            readable(address.clientCertificate()).toFile(), readable(address.clientKey()).toFile());
      }
      return builder.sslContext(tls.build()).build();
    } catch (IOException | IllegalArgumentException e) {
      throw new RefusedException(new ServerRefusal.UnusableCertificates(e.getMessage()), e);
    }
  }

  private static Path readable(Path file) {
    if (!Files.isReadable(file)) {
      throw new RefusedException(new FileRefusal.Unreadable(file, null));
    }
    return file;
  }

  private static ServerRefusal refusal(String address, Status status) {
    if (status.getCode() == Status.Code.UNAUTHENTICATED) {
      return new ServerRefusal.TokenNotAccepted(address);
    }
    if (status.getCode() == Status.Code.UNAVAILABLE) {
      Throwable cause = status.getCause();
      while (cause != null && cause.getCause() != null) {
        cause = cause.getCause();
      }
      return new ServerRefusal.NotReached(
          address, cause == null ? status.getDescription() : cause.getMessage());
    }
    if (status.getCode() == Status.Code.UNIMPLEMENTED) {
      return new ServerRefusal.OfAnotherRelease(address);
    }
    return new ServerRefusal.Answered(address, status.getDescription());
  }
}
