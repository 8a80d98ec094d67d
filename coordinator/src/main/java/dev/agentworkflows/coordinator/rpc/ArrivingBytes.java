package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.OwnThread;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of messages that have not arrived in full, which no handler knows of yet. Each token
 * may have as many of them as are still free; a stream that takes more is cut off. Thread-safe.
 */
final class ArrivingBytes extends ServerStreamTracer.Factory {

  /** The tracer of the stream that is being handled. */
  static final Context.Key<Stream> STREAM = Context.key("arriving bytes");

  static final Status TOO_MUCH =
      Status.RESOURCE_EXHAUSTED.withDescription(
          "larger messages are on their way at once than this coordinator can bear;"
              + " its operator may give it more memory (-Xmx)");

  /** Messages below this are not worth a lock. */
  private static final long COUNTED_FROM = 64 * 1024;

  private static final Object UNKNOWN = new Object();

  private final long most;
  private final Map<Object, Long> byOwner = new HashMap<>();
  private long all;

  /**
   * @param most of all streams
   */
  ArrivingBytes(long most) {
    this.most = most;
  }

  /**
   * A quarter of the memory: it is taken outside of the heap while the message arrives, and inside
   * when it is there.
   */
  static ArrivingBytes ofThisProcess() {
    return new ArrivingBytes(Runtime.getRuntime().maxMemory() / 4);
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Stream();
  }

  private synchronized boolean add(Object owner, long bytes) {
    all += bytes;
    long own = byOwner.merge(owner, bytes, Long::sum);
    if (own <= 0) {
      byOwner.remove(owner);
    }
    return own <= most - all;
  }

  /** One stream's; its messages arrive on one thread. */
  final class Stream extends ServerStreamTracer {
    private volatile Object owner = UNKNOWN;
    private volatile @Nullable Runnable onTooMuch;
    private long arrived;
    private long counted;
    private boolean cutOff;

    @Override
    public Context filterContext(Context context) {
      return context.withValue(STREAM, this);
    }

    /**
     * Before the first message is asked for.
     *
     * @param of what the messages count for
     * @param cutOff ends the stream; done once, on another thread
     */
    void belongsTo(Object of, Runnable cutOff) {
      owner = of;
      onTooMuch = cutOff;
    }

    /** Instead of what was to be done before. */
    void onTooMuch(Runnable cutOff) {
      onTooMuch = cutOff;
    }

    @Override
    public void inboundWireSize(long bytes) {
      arrived += bytes;
      if (arrived - counted < COUNTED_FROM) {
        return;
      }
      long more = arrived - counted;
      counted = arrived;
      if (!add(owner, more) && !cutOff) {
        cutOff = true;
        Runnable action = onTooMuch;
        if (action != null) {
          // Not from within the reading of this stream.
          var unused = CompletableFuture.runAsync(action, OwnThread.named("arriving-overflow"));
        }
      }
    }

    @Override
    public void inboundMessageRead(int number, long wireSize, long size) {
      release();
    }

    @Override
    public void streamClosed(Status status) {
      release();
    }

    private void release() {
      if (counted > 0) {
        add(owner, -counted);
      }
      arrived = 0;
      counted = 0;
    }
  }
}
