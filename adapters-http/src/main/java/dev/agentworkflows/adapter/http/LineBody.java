package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A response's body, handed on line by line while it arrives: no more than one line is kept, and
 * the rest waits in the network while a line is being worked on.
 */
final class LineBody implements HttpResponse.BodySubscriber<byte[]> {

  /** Takes lines one after another, without their ends; empty ones are left out. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] line) throws AdapterException;
  }

  private static final byte[] NOTHING = new byte[0];

  private final Sink sink;
  private final int longest;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> end = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  LineBody(Sink sink, int longest) {
    this.sink = sink;
    this.longest = longest;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return end;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    // What was given up may still have a buffer on its way.
    if (end.isDone() || subscription == null) {
      return;
    }
    try {
      for (ByteBuffer buffer : buffers) {
        take(buffer);
      }
      subscription.request(1);
    } catch (AdapterException | BoundedBody.TooLongException | RuntimeException e) {
      subscription.cancel();
      end.completeExceptionally(e);
    }
  }

  private void take(ByteBuffer buffer) throws AdapterException, BoundedBody.TooLongException {
    while (buffer.hasRemaining()) {
      byte next = buffer.get();
      if (next == '\n') {
        handOn();
      } else if (line.size() == longest) {
        throw new BoundedBody.TooLongException("a line", longest);
      } else {
        line.write(next);
      }
    }
  }

  private void handOn() throws AdapterException {
    byte[] whole = line.toByteArray();
    line.reset();
    if (!isBlank(whole)) {
      sink.accept(whole);
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void onError(Throwable throwable) {
    end.completeExceptionally(throwable);
  }

  /** The last line need not have an end. */
  @Override
  public void onComplete() {
    try {
      handOn();
      end.complete(NOTHING);
    } catch (AdapterException | RuntimeException e) {
      end.completeExceptionally(e);
    }
  }
}
