package dev.agentworkflows.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.agentworkflows.proto.v1.CommandOutput;
import dev.agentworkflows.proto.v1.CommandRequest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Function;

/**
 * What a command prints, on its way to another machine: never more of it waits than the net takes.
 */
final class CommandStream {

  private static final int LARGEST_PIECE = 64 * 1024;

  private final ServerCallStreamObserver<CommandOutput> replies;
  private final Object readiness = new Object();

  CommandStream(ServerCallStreamObserver<CommandOutput> replies) {
    this.replies = replies;
    Runnable look =
        () -> {
          synchronized (readiness) {
            readiness.notifyAll();
          }
        };
    replies.setOnReadyHandler(look);
    replies.setOnCancelHandler(look);
  }

  /** Blocks until the command has ended, or nobody listens any more. */
  void run(Hosting hosting, CommandRequest request) {
    try {
      int code =
          hosting.command(
              List.copyOf(request.getArgumentsList()),
              request.hasColumns() ? Integer.valueOf(request.getColumns()) : null,
              new Pieces(bytes -> CommandOutput.newBuilder().setStdout(bytes).build()),
              new Pieces(bytes -> CommandOutput.newBuilder().setStderr(bytes).build()));
      send(CommandOutput.newBuilder().setExitCode(code).build());
      replies.onCompleted();
    } catch (IOException e) {
      // Nobody listens.
    } catch (RuntimeException e) {
      if (!replies.isCancelled()) {
        replies.onError(Status.INTERNAL.withDescription("unexpected: " + e).asRuntimeException());
      }
    }
  }

  private void send(CommandOutput output) throws IOException {
    synchronized (readiness) {
      while (!replies.isReady() && !replies.isCancelled()) {
        try {
          readiness.wait(1_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException();
        }
      }
    }
    if (replies.isCancelled()) {
      throw new IOException("nobody listens");
    }
    replies.onNext(output);
  }

  private final class Pieces extends OutputStream {
    private final Function<ByteString, CommandOutput> wrap;

    Pieces(Function<ByteString, CommandOutput> wrap) {
      this.wrap = wrap;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int at = 0; at < length; at += LARGEST_PIECE) {
        int size = Math.min(LARGEST_PIECE, length - at);
        send(wrap.apply(ByteString.copyFrom(bytes, offset + at, size)));
      }
    }
  }
}
