package dev.agentworkflows.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.agentworkflows.proto.v1.CommandOutput;
import dev.agentworkflows.proto.v1.CommandRequest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * What a command prints, on its way to another machine: never more of it waits than the net takes.
 * Whoever writes when nobody listens any more gets an exception, which ends the command: a print
 * stream would swallow one of input and output.
 */
final class CommandStream {

  private static final int MAX_PIECE = 64 * 1024;

  /** Ends a command for which nobody waits. */
  private static final class NobodyListensException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NobodyListensException() {
      super("nobody listens", null, false, false);
    }
  }

  private final ServerCallStreamObserver<CommandOutput> replies;
  private final Object readiness = new Object();
  private Runnable onStop = () -> {};
  private boolean over;

  CommandStream(ServerCallStreamObserver<CommandOutput> replies) {
    this.replies = replies;
    replies.setOnReadyHandler(this::look);
    replies.setOnCancelHandler(this::stop);
  }

  /** What makes a command that does not write notice that nobody waits for it any more. */
  void onStop(Runnable interrupt) {
    synchronized (readiness) {
      onStop = interrupt;
    }
  }

  private void look() {
    synchronized (readiness) {
      readiness.notifyAll();
    }
  }

  private void stop() {
    synchronized (readiness) {
      if (!over) {
        over = true;
        onStop.run();
        readiness.notifyAll();
      }
    }
  }

  /** The command has taken too long: its client is told so, and it is ended. */
  void expire(Duration longest) {
    synchronized (readiness) {
      if (!over) {
        stop();
        fail(
            Status.DEADLINE_EXCEEDED.withDescription(
                "the command took longer than %d s, which no command may here"
                    .formatted(longest.toSeconds())));
      }
    }
  }

  /** Blocks until the command has ended, or nobody waits for it any more. */
  void run(HostedRuns hosting, CommandRequest request) {
    try {
      int code =
          hosting.command(
              List.copyOf(request.getArgumentsList()),
              request.hasColumns() ? Integer.valueOf(request.getColumns()) : null,
              new Pieces(bytes -> CommandOutput.newBuilder().setStdout(bytes).build()),
              new Pieces(bytes -> CommandOutput.newBuilder().setStderr(bytes).build()));
      send(CommandOutput.newBuilder().setExitCode(code).build());
      end(replies::onCompleted);
    } catch (NobodyListensException e) {
      // There is nobody to tell it.
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      end(() -> fail(Status.INTERNAL.withDescription("unexpected: " + e)));
    }
  }

  private void end(Runnable how) {
    synchronized (readiness) {
      if (!over) {
        over = true;
        how.run();
      }
    }
  }

  private void fail(Status status) {
    if (!replies.isCancelled()) {
      replies.onError(status.asRuntimeException());
    }
  }

  private void send(CommandOutput output) {
    synchronized (readiness) {
      while (!over && !replies.isReady() && !replies.isCancelled()) {
        try {
          readiness.wait(1_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new NobodyListensException();
        }
      }
      if (over || replies.isCancelled()) {
        throw new NobodyListensException();
      }
      replies.onNext(output);
    }
  }

  private final class Pieces extends OutputStream {
    private final Function<ByteString, CommandOutput> wrap;

    Pieces(Function<ByteString, CommandOutput> wrap) {
      this.wrap = wrap;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      for (int at = 0; at < length; at += MAX_PIECE) {
        int size = Math.min(MAX_PIECE, length - at);
        send(wrap.apply(ByteString.copyFrom(bytes, offset + at, size)));
      }
    }
  }
}
