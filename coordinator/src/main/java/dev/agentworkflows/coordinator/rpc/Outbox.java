package dev.agentworkflows.coordinator.rpc;

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
 * Thread-safe.
 */
final class Outbox {

  private final boolean keeps;
  private final Room room;
  private final Runnable onTooMuch;
  private final Deque<ToShim> unacknowledged = new ArrayDeque<>();
  private @Nullable ServerCallStreamObserver<ToShim> stream;
  private long acknowledged;
  private boolean complete;

  /**
   * @param keeps whether messages are kept until the shim says that they have arrived
   * @param onTooMuch done, on another thread, when the shim lets too many lie
   */
  Outbox(boolean keeps, Room room, Runnable onTooMuch, ServerCallStreamObserver<ToShim> stream) {
    this.keeps = keeps;
    this.room = room;
    this.onTooMuch = onTooMuch;
    this.stream = stream;
  }

  synchronized void send(ToShim message) {
    if (complete) {
      return;
    }
    if (keeps) {
      unacknowledged.add(message);
      if (!room.keep(message.getSerializedSize())) {
        // Whoever sends may hold locks that ending a run takes.
        var unused = CompletableFuture.runAsync(onTooMuch);
      }
    }
    write(message);
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

  /** So many have arrived there. */
  synchronized void acknowledged(long received) {
    while (acknowledged < received && !unacknowledged.isEmpty()) {
      room.forget(unacknowledged.remove().getSerializedSize());
      acknowledged++;
    }
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
   * @return false when the two don't agree about what was sent
   */
  synchronized boolean attach(ServerCallStreamObserver<ToShim> next, long theirs, long ours) {
    if (theirs < acknowledged || theirs > acknowledged + unacknowledged.size()) {
      return false;
    }
    acknowledged(theirs);
    if (stream != null && !stream.isCancelled()) {
      stream.onError(
          Status.ABORTED.withDescription("the run was joined again elsewhere").asException());
    }
    stream = next;
    write(ToShim.newBuilder().setRunRejoined(RunRejoined.newBuilder().setReceived(ours)).build());
    unacknowledged.forEach(this::write);
    if (complete) {
      end(next::onCompleted);
    }
    return true;
  }

  /** Nothing follows. */
  synchronized void complete() {
    complete = true;
    ServerCallStreamObserver<ToShim> current = stream;
    if (current != null) {
      end(current::onCompleted);
    }
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
    unacknowledged.forEach(message -> room.forget(message.getSerializedSize()));
    unacknowledged.clear();
  }

  private void end(Runnable how) {
    if (stream != null && !stream.isCancelled()) {
      how.run();
    }
    stream = null;
  }
}
