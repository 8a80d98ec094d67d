package dev.agentworkflows.adapter.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A response's body up to a limit: one that never ends must not fill the memory. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {

  /** Longer than any answer of a model: 32 MiB. */
  static final int MAX_OF_AN_ANSWER = 32 << 20;

  /** Enough for what an error has to say. */
  static final int MAX_OF_AN_ERROR = 64 << 10;

  /** The body of an answer went on beyond the limit. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(String what, int limit) {
      super(what + " is longer than " + limit + " bytes");
    }
  }

  private final int limit;
  private final boolean cut;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  private BoundedBody(int limit, boolean cut) {
    this.limit = limit;
    this.cut = cut;
  }

  /** An answer has to be whole; of an error, the beginning will do. */
  static HttpResponse.BodySubscriber<byte[]> of(HttpResponse.ResponseInfo response) {
    return response.statusCode() / 100 == 2
        ? new BoundedBody(MAX_OF_AN_ANSWER, false)
        : new BoundedBody(MAX_OF_AN_ERROR, true);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      int length = Math.min(buffer.remaining(), limit - bytes.size());
      boolean tooLong = length < buffer.remaining();
      byte[] chunk = new byte[length];
      buffer.get(chunk);
      bytes.writeBytes(chunk);
      if (tooLong) {
        stop();
        return;
      }
    }
  }

  private void stop() {
    if (subscription != null) {
      subscription.cancel();
    }
    if (cut) {
      whole.complete(bytes.toByteArray());
    } else {
      whole.completeExceptionally(new TooLongException("the body", limit));
    }
  }

  @Override
  public void onError(Throwable throwable) {
    whole.completeExceptionally(throwable);
  }

  @Override
  public void onComplete() {
    whole.complete(bytes.toByteArray());
  }
}
