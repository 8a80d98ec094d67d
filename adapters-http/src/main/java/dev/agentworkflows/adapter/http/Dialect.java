package dev.agentworkflows.adapter.http;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** How one family of providers wants to be asked. Keeps nothing between calls; thread-safe. */
public interface Dialect {

  /**
   * Where the API begins, for an address as people configure it.
   *
   * @param baseUrl without a slash at its end
   */
  default String root(String baseUrl) {
    return baseUrl;
  }

  /** The headers that carry the key. */
  Map<String, String> keyHeaders(String key);

  /** Headers of every request besides the key's. */
  default Map<String, String> headers() {
    return Map.of();
  }

  /**
   * The forms in which an answer to this schema can be asked for, the most binding first and {@link
   * AnswerForm#SCHEMA_IN_WORDS} last: an endpoint that refuses one is asked in the next.
   */
  List<AnswerForm> forms(JsonNode schema);

  /** Puts the question into the provider's words. */
  ProviderRequest request(PromptRequest question);
}
