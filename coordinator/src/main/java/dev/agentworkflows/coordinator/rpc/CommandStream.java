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
 * Sends what a command prints to another machine, and blocks the command while the network takes no
 * more. A write after the client is gone throws an exception that ends the command; it is no {@code
 * IOException}, which a print stream would swallow.
 */
final class CommandStream {

  private static final int MAX_PIECE = 64 * 1024;

  /** Ends a command whose client is gone. */
  private static final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGoneException() {
      super("the client is gone", null, false, false);
    }
  }

  private final ServerCallStreamObserver<CommandOutput> replies;
  private final Object readiness = new Object();
  private Runnable onStop = () -> {};
  private boolean over;

  CommandStream(ServerCallStreamObserver<CommandOutput> replies) {
    this.replies = replies;
    replies.setOnReadyHandler(this::wakeWriter);
    replies.setOnCancelHandler(this::stop);
  }

  /** How a command that does not write is interrupted when its client is gone. */
  void onStop(Runnable interrupt) {
    synchronized (readiness) {
      onStop = interrupt;
    }
  }

  private void wakeWriter() {
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

  /** Blocks until the command has ended, or its client is gone. */
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
    } catch (ClientGoneException e) {
      // No client is left to report it to.
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
          throw new ClientGoneException();
        }
      }
      if (over || replies.isCancelled()) {
        throw new ClientGoneException();
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
