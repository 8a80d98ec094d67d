package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.OwnThread;
import dev.agentworkflows.proto.v1.Acknowledge;
import dev.agentworkflows.proto.v1.RunRejoined;
import dev.agentworkflows.proto.v1.ToShim;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What goes to a shim: at once, or, where the run may be joined again, also after its stream broke.
 * What is kept anyway is written no faster than the network takes it: however often a shim joins
 * again, no stream holds copies of all that it has not read. Thread-safe.
 */
final class ReplayBuffer {

  private final boolean keeps;
  private final InFlightLimits limits;
  private final Runnable onTooMuch;

  /** Written to the stream of now, and not acknowledged. */
  private final Deque<ToShim> written = new ArrayDeque<>();

  /** Behind those: what the stream of now has not taken yet. */
  private final Deque<ToShim> waiting = new ArrayDeque<>();

  private @Nullable ServerCallStreamObserver<ToShim> stream;
  private long acknowledged;
  private boolean complete;
  private boolean tooMuch;

  /**
   * @param keeps whether messages are kept until the shim says that they have arrived
   * @param onTooMuch done once, on another thread, when the shim lets too many lie
   */
  ReplayBuffer(
      boolean keeps,
      InFlightLimits limits,
      Runnable onTooMuch,
      ServerCallStreamObserver<ToShim> stream) {
    this.keeps = keeps;
    this.limits = limits;
    this.onTooMuch = onTooMuch;
    this.stream = stream;
  }

  synchronized void send(ToShim message) {
    if (complete) {
      return;
    }
    if (!keeps) {
      write(message);
      return;
    }
    waiting.add(message);
    if (!limits.retain(message.getSerializedSize()) && !tooMuch) {
      tooMuch = true;
      // Whoever sends may hold locks that ending a run takes.
      var unused = CompletableFuture.runAsync(onTooMuch, OwnThread.named("replay-overflow"));
    }
    goOn();
  }

  /** The stream takes more, or another one has come. */
  synchronized void goOn() {
    ServerCallStreamObserver<ToShim> current = stream;
    if (current == null || current.isCancelled()) {
      return;
    }
    while (!waiting.isEmpty() && current.isReady()) {
      ToShim next = waiting.remove();
      written.add(next);
      current.onNext(next);
    }
    if (complete && waiting.isEmpty()) {
      end(current::onCompleted);
    }
  }

  /** So many of the shim's messages have arrived. */
  synchronized void acknowledge(long received) {
    write(
        ToShim.newBuilder().setAcknowledge(Acknowledge.newBuilder().setReceived(received)).build());
  }

  private void write(ToShim message) {
    if (stream != null && !stream.isCancelled()) {
      stream.onNext(message);
    }
  }

  /**
   * So many have arrived there.
   *
   * @throws IllegalArgumentException when that can't be
   */
  synchronized void acknowledged(long received) {
    if (!canHaveArrived(received)) {
      throw new IllegalArgumentException(
          "Acknowledge says that %s messages have arrived, where %d to %d can have"
              .formatted(
                  Long.toUnsignedString(received), acknowledged, acknowledged + written.size()));
    }
    while (acknowledged < received) {
      limits.drop(written.remove().getSerializedSize());
      acknowledged++;
    }
  }

  private boolean canHaveArrived(long received) {
    return received >= acknowledged && received - acknowledged <= written.size();
  }

  /** The stream broke: what comes now waits for another. */
  synchronized void detach() {
    stream = null;
  }

  /**
   * Goes on with another stream.
   *
   * @param theirs how many messages have arrived there
   * @param ours how many of the shim's have arrived here
   * @throws IllegalArgumentException when that can't be
   */
  synchronized void attach(ServerCallStreamObserver<ToShim> next, long theirs, long ours) {
    if (!canHaveArrived(theirs)) {
      throw new IllegalArgumentException(
          "RejoinRun says that %s messages have arrived, where %d to %d can have"
              .formatted(
                  Long.toUnsignedString(theirs), acknowledged, acknowledged + written.size()));
    }
    acknowledged(theirs);
    if (stream != null && !stream.isCancelled()) {
      stream.onError(
          Status.ABORTED.withDescription("the run was joined again elsewhere").asException());
    }
    stream = next;
    write(ToShim.newBuilder().setRunRejoined(RunRejoined.newBuilder().setReceived(ours)).build());
    while (!written.isEmpty()) {
      waiting.addFirst(written.removeLast());
    }
    goOn();
  }

  /** Nothing follows. */
  synchronized void complete() {
    complete = true;
    goOn();
  }

  /** Nothing follows, and the shim is told why. */
  synchronized void fail(RuntimeException error) {
    ServerCallStreamObserver<ToShim> current = stream;
    complete = true;
    forget();
    if (current != null) {
      end(() -> current.onError(error));
    }
  }

  /** Nobody will ask for them any more. */
  synchronized void forget() {
    written.forEach(message -> limits.drop(message.getSerializedSize()));
    waiting.forEach(message -> limits.drop(message.getSerializedSize()));
    acknowledged += written.size();
    written.clear();
    waiting.clear();
  }

  private void end(Runnable how) {
    if (stream != null && !stream.isCancelled()) {
      how.run();
    }
    stream = null;
  }
}
