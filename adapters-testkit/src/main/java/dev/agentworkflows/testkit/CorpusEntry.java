package dev.agentworkflows.testkit;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One answer of a provider, and what an adapter is to make of it. The format is told in the
 * corpus's {@code README.md}.
 *
 * @param name of its file, without the ending
 * @param source where the answer comes from
 * @param status of the HTTP answer, or the exit code of a program
 * @param body the HTTP answer's body, or what a program writes to its standard output
 * @param schema what the answer has to satisfy; null for a call without one
 */
public record CorpusEntry(
    String name,
    String provider,
    String source,
    String prompt,
    @Nullable String schema,
    boolean mutating,
    int status,
    Map<String, String> headers,
    byte[] body,
    String stderr,
    Expected expected) {

  /**
   * What comes of it: a text (and, for a call with a schema, perhaps a value), or a failure.
   *
   * @param text null when a failure is expected
   * @param value the JSON that satisfies the schema; null when none is expected
   * @param kind one of {@code AdapterException.Kind}; null when an answer is expected
   * @param message what the failure's message holds
   * @param retryAfterSeconds null when nothing is expected of it
   * @param usage by the names of {@code Usage}'s parts, without the word Tokens; null for one that
   *     must be absent; empty when nothing is expected of it
   * @param cost null when nothing is expected of it
   */
  public record Expected(
      @Nullable String text,
      @Nullable JsonNode value,
      @Nullable String kind,
      List<String> message,
      @Nullable Long retryAfterSeconds,
      Map<String, @Nullable Long> usage,
      @Nullable BigDecimal cost) {}

  @Override
  public String toString() {
    return name;
  }
}
