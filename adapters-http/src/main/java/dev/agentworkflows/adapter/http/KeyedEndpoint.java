package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.BatchItem;
import dev.agentworkflows.spi.CallOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A provider's address together with the key to it, for what is asked besides single calls. Blocks;
 * an interruption ends the request. Thread-safe.
 */
public final class KeyedEndpoint {

  /** What another try soon would meet again. */
  private static final Set<Kind> LASTING =
      EnumSet.of(
          Kind.PERMANENT, Kind.REFUSED, Kind.EXHAUSTED, Kind.USAGE_LIMITED, Kind.UNAVAILABLE);

  private static final Duration TO_ANSWER = Duration.ofMinutes(2);

  /** Some hundred megabytes on an ordinary line. */
  private static final Duration TO_TRANSFER = Duration.ofMinutes(30);

  /** Takes the objects of a JSON Lines file one after another. */
  @FunctionalInterface
  public interface JsonSink {

    /**
     * @throws AdapterException when no more are wanted
     */
    void accept(JsonNode object) throws AdapterException;
  }

  private final AdapterContext context;
  private final EndpointSettings settings;
  private final Dialect dialect;
  private final Endpoint endpoint;

  KeyedEndpoint(AdapterContext context, EndpointSettings settings, Dialect dialect) {
    this.context = context;
    this.settings = settings;
    this.dialect = dialect;
    this.endpoint = new Endpoint(dialect.root(settings.baseUrl()), Clock.systemUTC());
  }

  /** With what the user configured. */
  public EndpointSettings settings() {
    return settings;
  }

  /** One question of a batch in the provider's words, as a call's would be. */
  public ObjectNode question(BatchItem item) {
    String model = item.model() == null || item.model().isBlank() ? null : item.model();
    return dialect
        .request(
            new PromptRequest(
                Json.wellFormed(item.prompt()),
                model == null ? settings.defaultModel() : model,
                AnswerForm.FREE_TEXT,
                null,
                item.maxTokens() == null ? settings.maxTokens() : item.maxTokens(),
                options(item)))
        .body();
  }

  private static CallOptions options(BatchItem item) {
    String system = item.system();
    return system == null
        ? CallOptions.NONE
        : new CallOptions(Json.wellFormed(system), null, null, List.of(), List.of());
  }

  /** Asks for a document. */
  public JsonNode get(String path) throws AdapterException, InterruptedException {
    ApiKey key = key();
    try {
      return endpoint.get(path, headers(key), key, TO_ANSWER);
    } catch (HttpErrorException e) {
      throw e.failure();
    }
  }

  /**
   * Sends what a later request needs, and nobody pays for.
   *
   * @throws AdapterException {@code PERMANENT}, or {@code NOT_SENT} where another try may help
   */
  public JsonNode prepare(String path, RequestBody body)
      throws AdapterException, InterruptedException {
    ApiKey key = key();
    try {
      return endpoint.send(path, headers(key), body, key, TO_TRANSFER);
    } catch (HttpErrorException e) {
      throw withoutConsequence(e.failure());
    } catch (AdapterException e) {
      throw withoutConsequence(e);
    }
  }

  /**
   * Sends what will be paid for.
   *
   * @throws AdapterException {@code NOT_SENT}, {@code PERMANENT}, {@code REFUSED}, {@code
   *     EXHAUSTED} or {@code USAGE_LIMITED} when surely nothing was made; any other kind when
   *     something may have been
   */
  public JsonNode create(String path, RequestBody body)
      throws AdapterException, InterruptedException {
    ApiKey key = key();
    try {
      return endpoint.send(path, headers(key), body, key, TO_TRANSFER);
    } catch (HttpErrorException e) {
      throw e.status() == 429 ? withoutConsequence(e.failure()) : e.failure();
    } catch (AdapterException e) {
      // An answer that can't be read may well be that of a request that was taken.
      throw e.kind() == Kind.PERMANENT ? as(Kind.TRANSIENT, e) : e;
    }
  }

  /**
   * Reads a file of JSON objects, one on a line, of any length.
   *
   * @throws AdapterException {@code TRANSIENT} when the file broke off, or a line is no object
   */
  public void lines(String path, JsonSink sink) throws AdapterException, InterruptedException {
    ApiKey key = key();
    try {
      endpoint.lines(path, headers(key), line -> sink.accept(object(line)), key, TO_TRANSFER);
    } catch (HttpErrorException e) {
      throw e.failure();
    }
  }

  private static JsonNode object(byte[] line) throws AdapterException {
    try {
      JsonNode json = Json.read(line);
      if (json.isObject()) {
        return json;
      }
    } catch (JacksonException e) {
      // told below, without the parser's view into an answer
    }
    throw new AdapterException(
        Kind.TRANSIENT,
        "the file of results has a line of "
            + line.length
            + " bytes that is no JSON object; it may have broken off there");
  }

  /** What a provider said, in short, without the key. */
  public String reported(String text) throws AdapterException {
    return ErrorText.shortened(key().scrub(text));
  }

  /**
   * A provider's id as one part of a path, or of a query. Ids are the provider's own: gateways have
   * long ones, with slashes, signs and blanks, so every other character than a letter, a digit,
   * {@code - _} or {@code ~} and {@code .} is escaped.
   *
   * @throws AdapterException when it would lead elsewhere all the same, or is none
   */
  public static String segment(String id) throws AdapterException {
    if (id.isBlank() || id.equals(".") || id.equals("..")) {
      throw new AdapterException(
          Kind.PERMANENT, "'" + ErrorText.shortened(id) + "' can't be the id of a batch or a file");
    }
    return URLEncoder.encode(Json.wellFormed(id), StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  ApiKey key() throws AdapterException {
    return ApiKey.ask(context, settings.keyVariables());
  }

  Map<String, String> headers(ApiKey key) {
    Map<String, String> headers = new HashMap<>(dialect.headers());
    if (!key.isNone()) {
      headers.putAll(dialect.keyHeaders(key.value()));
    }
    return headers;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  private static AdapterException withoutConsequence(AdapterException failure) {
    return LASTING.contains(failure.kind()) ? failure : as(Kind.NOT_SENT, failure);
  }

  private static AdapterException as(Kind kind, AdapterException failure) {
    return new AdapterException(
        kind,
        String.valueOf(failure.getMessage()),
        failure.retryAfter(),
        failure.usage(),
        failure.getCause());
  }
}
