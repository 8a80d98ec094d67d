package dev.agentworkflows.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.Meta;
import dev.agentworkflows.proto.v1.OpenRun;
import dev.agentworkflows.proto.v1.RunChoices;
import dev.agentworkflows.proto.v1.StartCall;
import dev.agentworkflows.proto.v1.ToShim;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A shim's stream, spoken by a test word for word. */
final class ShimStream implements ClientResponseObserver<FromShim, ToShim> {

  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<ToShim> arrived = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final CompletableFuture<ClientCallStreamObserver<FromShim>> requests =
      new CompletableFuture<>();

  static ShimStream open(Channel channel, String token) {
    ShimStream shim = new ShimStream();
    var unused = stub(channel, token).run(shim);
    return shim;
  }

  static CoordinatorGrpc.CoordinatorStub stub(Channel channel, String token) {
    return CoordinatorGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(token)));
  }

  static Metadata bearer(String token) {
    Metadata headers = new Metadata();
    if (!token.isEmpty()) {
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    }
    return headers;
  }

  static FromShim openRun(int version) {
    return FromShim.newBuilder()
        .setOpenRun(
            OpenRun.newBuilder()
                .setProtocolVersion(version)
                .setClient("test")
                .setScriptPath("/s.py")
                .setScriptSha256("00")
                .setMeta(Meta.getDefaultInstance())
                .setArgsJson("{}")
                .setChoices(RunChoices.getDefaultInstance()))
        .build();
  }

  static FromShim startCall(long ref, String prompt) {
    return FromShim.newBuilder()
        .setStartCall(
            StartCall.newBuilder()
                .setCallRef(ref)
                .setPrompt(ByteString.copyFromUtf8(prompt))
                .setIsolation("none"))
        .build();
  }

  ShimStream send(FromShim message) {
    requests.join().onNext(message);
    return this;
  }

  /** The connection breaks, as far as the coordinator can see. */
  void breakOff() {
    requests.join().cancel("the test breaks it off", null);
  }

  ToShim next() throws InterruptedException {
    ToShim message = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("nothing came; the stream: " + end.getNow(Status.OK));
    }
    return message;
  }

  /** The next that is no acknowledgement. */
  ToShim nextCounted() throws InterruptedException {
    ToShim message = next();
    while (message.hasAcknowledge()) {
      message = next();
    }
    return message;
  }

  Status end() throws Exception {
    return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<FromShim> stream) {
    requests.complete(stream);
  }

  @Override
  public void onNext(ToShim message) {
    arrived.add(message);
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
