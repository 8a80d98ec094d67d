package dev.agentworkflows.adapter.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * A response's body without its compression, handed on in small pieces while it arrives: whoever
 * takes them stops at a limit of their own, however much a few bytes would grow to.
 */
final class DecodedBody implements HttpResponse.BodySubscriber<byte[]> {

  /** What we ask for, and understand. */
  static final String ACCEPTED = "gzip";

  /** Also what servers write there by mistake: the letters' encoding is no packing. */
  private static final Set<String> NO_PACKING =
      Set.of("", "identity", "none", "utf-8", "utf8", "aws-chunked");

  /** The body comes in an encoding that was not asked for. */
  static final class UnknownEncodingException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownEncodingException(String encoding) {
      super("the encoding '" + ErrorText.shortened(encoding) + "', which was not asked for");
    }
  }

  private final HttpResponse.BodySubscriber<byte[]> plain;
  private final Unpacker unpacker = new Unpacker();
  private Flow.@Nullable Subscription subscription;
  private boolean stopped;

  private DecodedBody(HttpResponse.BodySubscriber<byte[]> plain) {
    this.plain = plain;
  }

  /** Reads a body in whatever encoding it says that it has; some that say gzip are plain. */
  static HttpResponse.BodyHandler<byte[]> handler(HttpResponse.BodyHandler<byte[]> plain) {
    return response -> {
      HttpResponse.BodySubscriber<byte[]> body = plain.apply(response);
      String encoding =
          String.join(", ", response.headers().allValues("content-encoding"))
              .strip()
              .toLowerCase(Locale.ROOT);
      List<String> packings =
          Pattern.compile("[,\\s]+")
              .splitAsStream(encoding)
              .filter(name -> !NO_PACKING.contains(name))
              .toList();
      return switch (packings.isEmpty() ? "" : packings.size() > 1 ? encoding : packings.get(0)) {
        case "", "gzip", "x-gzip", "deflate" -> new DecodedBody(body);
        default -> refusing(encoding);
      };
    };
  }

  private static HttpResponse.BodySubscriber<byte[]> refusing(String encoding) {
    return HttpResponse.BodySubscribers.mapping(
        HttpResponse.BodySubscribers.discarding(),
        nothing -> {
          throw new UncheckedIOException(new UnknownEncodingException(encoding));
        });
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return plain.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    plain.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {
            // One after another, by this class: a piece of input may be no piece of output, or
            // many.
          }

          @Override
          public void cancel() {
            stopped = true;
            newSubscription.cancel();
          }
        });
    newSubscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    if (stopped || subscription == null) {
      return;
    }
    try {
      for (ByteBuffer buffer : buffers) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        unpacker.take(bytes);
        handOn();
      }
      if (!stopped) {
        subscription.request(1);
      }
    } catch (DataFormatException e) {
      stop(new IOException("its compressed body is damaged"));
    }
  }

  private void handOn() throws DataFormatException {
    for (byte[] piece = unpacker.next(); piece != null && !stopped; piece = unpacker.next()) {
      plain.onNext(List.of(ByteBuffer.wrap(piece)));
    }
  }

  private void stop(IOException why) {
    stopped = true;
    if (subscription != null) {
      subscription.cancel();
    }
    plain.onError(why);
    unpacker.close();
  }

  @Override
  public void onError(Throwable throwable) {
    unpacker.close();
    plain.onError(throwable);
  }

  @Override
  public void onComplete() {
    if (stopped) {
      return;
    }
    try {
      unpacker.finish();
      handOn();
    } catch (DataFormatException e) {
      stop(new IOException("its compressed body is damaged"));
      return;
    }
    if (unpacker.isWhole()) {
      unpacker.close();
      plain.onComplete();
    } else {
      stop(new IOException("its compressed body broke off"));
    }
  }
}
