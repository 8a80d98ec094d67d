package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.ToShim;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a shim's. Its first message says which session it carries; gRPC calls it by one
 * thread at a time.
 */
final class RunStream implements StreamObserver<FromShim> {

  /** Finds or makes the session that a stream's first message is for. */
  interface Opening extends BiFunction<FromShim, RunStream, RunSession> {}

  private final ServerCallStreamObserver<ToShim> toShim;
  private final Opening opening;
  private volatile @Nullable RunSession session;
  private @Nullable InFlightLimits limits;
  private boolean refused;

  RunStream(ServerCallStreamObserver<ToShim> toShim, Opening opening) {
    this.toShim = toShim;
    this.opening = opening;
  }

  ServerCallStreamObserver<ToShim> toShim() {
    return toShim;
  }

  /** The next message is asked for when there is room for it. */
  @Override
  public void onNext(FromShim message) {
    take(message);
    RunSession known = session;
    if (known == null) {
      toShim.request(1);
    } else {
      known.whenItMaySayMore(() -> toShim.request(1));
    }
  }

  private void take(FromShim message) {
    if (refused) {
      return;
    }
    RunSession known = session;
    try {
      if (known == null) {
        known = opening.apply(message, this);
        session = known;
        if (message.hasRejoinRun()) {
          return; // It is no message of the run's own.
        }
      }
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      refuse(e);
      return;
    }
    known.received(this, message);
  }

  private void refuse(Throwable e) {
    refused = true;
    if (!toShim.isCancelled()) {
      toShim.onError(
          e instanceof IllegalArgumentException
              ? Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException()
              : GrpcErrors.of(e));
    }
  }

  /** More of it is on its way than may be. */
  void cutOff() {
    RunSession known = session;
    if (known != null) {
      known.end(ArrivingBytes.TOO_MUCH);
    } else {
      refuse(ArrivingBytes.TOO_MUCH.asRuntimeException());
    }
  }

  /** The stream takes more of what waits for it. */
  void ready() {
    RunSession known = session;
    if (known != null) {
      known.ready(this);
    }
  }

  /** Nothing goes either way any more; once, however it came. */
  void over() {
    InFlightLimits held = limits;
    limits = null;
    if (held != null) {
      held.closeStream();
    }
  }

  /**
   * Counts the stream as one of a run's.
   *
   * @throws io.grpc.StatusRuntimeException when that would be one too many
   */
  void holds(InFlightLimits of) {
    if (!of.openStream()) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "this coordinator carries no more streams of one run and its children at once;"
                  + " more memory (-Xmx) allows more")
          .asRuntimeException();
    }
    limits = of;
  }

  /** The connection or the shim is gone. */
  @Override
  public void onError(Throwable lost) {
    RunSession known = session;
    if (known != null) {
      known.broken(this);
    }
  }

  /** The shim says nothing more; without having closed its run, it has left it. */
  @Override
  public void onCompleted() {
    RunSession known = session;
    if (known != null) {
      known.left(this);
    } else if (!refused && !toShim.isCancelled()) {
      toShim.onCompleted();
    }
  }
}
