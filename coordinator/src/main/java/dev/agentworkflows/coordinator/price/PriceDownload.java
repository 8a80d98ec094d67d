package dev.agentworkflows.coordinator.price;

import dev.agentworkflows.coordinator.OwnThread;
import dev.agentworkflows.coordinator.PriceRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches a price table: over HTTPS, or over HTTP from this machine. One request, no redirects, a
 * bounded size and time.
 */
public final class PriceDownload {

  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI address;
  private final Duration patience;

  private PriceDownload(URI address, Duration patience) {
    this.address = address;
    this.patience = patience;
  }

  /**
   * @throws RefusedException when prices can't be fetched from there
   */
  public static PriceDownload from(String url) {
    return from(url, PATIENCE);
  }

  static PriceDownload from(String url, Duration patience) {
    URI address;
    try {
      address = new URI(url.strip());
    } catch (URISyntaxException e) {
      throw new RefusedException(new PriceRefusal.NoAddress(e.getReason()), e);
    }
    String host = address.getHost();
    if (host == null || address.getRawUserInfo() != null) {
      throw new RefusedException(new PriceRefusal.IncompleteAddress());
    }
    boolean https = "https".equalsIgnoreCase(address.getScheme());
    boolean http = "http".equalsIgnoreCase(address.getScheme());
    if (!https && !(http && isThisMachine(host))) {
      throw new RefusedException(new PriceRefusal.NotEncrypted());
    }
    return new PriceDownload(address, patience);
  }

  private static boolean isThisMachine(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  /** The address as people may see it: a query may hold what is nobody else's. */
  public String name() {
    String port = address.getPort() < 0 ? "" : ":" + address.getPort();
    return address.getScheme() + "://" + address.getHost() + port + address.getPath();
  }

  /**
   * Fetches the text; blocks.
   *
   * @throws RefusedException when there is none to be had, or something else than a table
   */
  public String text() {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    HttpRequest request =
        HttpRequest.newBuilder(address).header("Accept", "application/json").GET().build();
    CompletableFuture<String> text =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
            .thenApplyAsync(this::text, OwnThread.named("price-download"));
    try {
      return text.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Whoever still reads ends with the process, which has nothing else to do.
      throw failed("it was not there within " + patience.toSeconds() + " s");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RefusedException refused) {
        throw refused;
      }
      Throwable cause =
          e.getCause() instanceof UncheckedIOException io ? io.getCause() : e.getCause();
      String reason = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
      throw failed("the connection failed or ended too early" + reason);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted");
    }
  }

  private String text(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      if (response.statusCode() / 100 == 3) {
        throw failed(
            "it answered with a redirect (status "
                + response.statusCode()
                + "), which is not followed: give the address that it leads to");
      }
      if (response.statusCode() != 200) {
        throw failed("it answered with status " + response.statusCode());
      }
      byte[] bytes = body.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw failed("it is larger than " + MAX_BYTES / 1024 / 1024 + " MiB");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.stripLeading().startsWith("<")) {
        throw failed("it is a web page, where a table in JSON was expected");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw failed("it is no text in UTF-8");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RefusedException failed(String problem) {
    return new RefusedException(new PriceRefusal.NotFetched(name(), problem));
  }
}
