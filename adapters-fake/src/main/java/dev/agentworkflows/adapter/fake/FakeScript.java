package dev.agentworkflows.adapter.fake;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a call's metadata tells the fake provider to do: {@code {"fake": {"delay_ms": 5}}}.
 *
 * @param delayMs waited before anything else
 * @param failTimes how many attempts of the call fail before one may succeed
 * @param outcome what the attempts after those come to
 * @param answer {@code text}, or {@code value} as JSON; null for the provider's own answer
 * @param error the message of a failure; null for the provider's own
 * @param inputTokens null to estimate
 * @param outputTokens null to estimate
 * @param costUsd null for what the price table says
 */
record FakeScript(
    long delayMs,
    long failTimes,
    Outcome outcome,
    @Nullable String answer,
    @Nullable String error,
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable BigDecimal costUsd) {

  enum Outcome {
    ANSWER,
    FAIL,
    TIME_OUT
  }

  private static final BigDecimal MAX_COUNT = BigDecimal.valueOf(Long.MAX_VALUE);

  /** Sums of numbers with a huge exponent would take all of the memory. */
  private static final int MAX_SCALE = 1_100;

  private static final FakeScript NONE =
      new FakeScript(0, 0, Outcome.ANSWER, null, null, null, null, null);

  private static final Set<String> KEYS =
      new TreeSet<>(
          Set.of(
              "cost_usd",
              "delay_ms",
              "error",
              "fail_times",
              "input_tokens",
              "output_tokens",
              "status",
              "text",
              "value"));

  /**
   * Reads the script out of a call's metadata. Costs a search through the text when there is none.
   *
   * @throws AdapterException when it says something that the provider does not know
   */
  static FakeScript of(@Nullable String metadataJson) throws AdapterException {
    // Most calls are not scripted, and thousands a second should not pay for those that are.
    if (metadataJson == null || !metadataJson.contains("\"fake\"")) {
      return NONE;
    }
    ScriptValue script = ScriptValue.in(metadataJson, "fake");
    if (script == null || script.isNull()) {
      return NONE;
    }
    if (!script.isObject()) {
      throw refused("metadata[\"fake\"] must be an object with keys among " + KEYS);
    }
    Map<String, ScriptValue> values = script.properties();
    for (String key : values.keySet()) {
      if (!KEYS.contains(key)) {
        throw refused(
            "metadata[\"fake\"] has an unknown key \"%s\"; known are %s"
                .formatted(shortened(key), KEYS));
      }
    }
    return new Reader(values).read();
  }

  private static AdapterException refused(String message) {
    return new AdapterException(Kind.PERMANENT, "fake provider: " + message);
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  /** Absent and null mean the same: Python's None ends up as null. */
  private record Reader(Map<String, ScriptValue> script) {

    FakeScript read() throws AdapterException {
      long failTimes = orZero(count("fail_times"));
      String error = text("error");
      return new FakeScript(
          orZero(count("delay_ms")),
          failTimes,
          outcome(error != null && failTimes == 0),
          answer(),
          error,
          count("input_tokens"),
          count("output_tokens"),
          cost());
    }

    private Outcome outcome(boolean failUnlessStated) throws AdapterException {
      String status = text("status");
      if (status == null) {
        return failUnlessStated ? Outcome.FAIL : Outcome.ANSWER;
      }
      return switch (status) {
        case "done" -> Outcome.ANSWER;
        case "failed", "provider_failed" -> Outcome.FAIL;
        case "timeout" -> Outcome.TIME_OUT;
        default ->
            throw refused(
                "status must be done, failed, provider_failed or timeout; found \""
                    + shortened(status)
                    + "\". The others are the coordinator's own: for schema_failed, script a text"
                    + " or value that breaks the schema");
      };
    }

    private @Nullable String answer() throws AdapterException {
      String text = text("text");
      // A value of null is an answer, where null elsewhere is none.
      ScriptValue value = script.get("value");
      if (value == null) {
        return text;
      }
      if (text != null) {
        throw refused("text and value exclude each other");
      }
      return value.json();
    }

    private @Nullable ScriptValue stated(String key) {
      ScriptValue value = script.get(key);
      return value == null || value.isNull() ? null : value;
    }

    private @Nullable String text(String key) throws AdapterException {
      ScriptValue value = stated(key);
      if (value != null && value.text() == null) {
        throw wrong(key, "a string", value);
      }
      return value == null ? null : value.text();
    }

    private @Nullable Long count(String key) throws AdapterException {
      ScriptValue value = stated(key);
      if (value == null) {
        return null;
      }
      BigDecimal number = value.isInteger() ? value.number() : null;
      if (number == null || number.signum() < 0 || number.compareTo(MAX_COUNT) > 0) {
        throw wrong(key, "a whole number, 0 or more", value);
      }
      return number.longValueExact();
    }

    private @Nullable BigDecimal cost() throws AdapterException {
      ScriptValue value = stated("cost_usd");
      if (value == null) {
        return null;
      }
      BigDecimal number = value.isNumber() ? value.number() : null;
      if (number == null || number.signum() < 0 || Math.abs((long) number.scale()) > MAX_SCALE) {
        throw wrong("cost_usd", "a number, 0 or more", value);
      }
      return number;
    }

    private static AdapterException wrong(String key, String expected, ScriptValue found) {
      return refused(
          "%s must be %s; found %s. Known keys are %s"
              .formatted(key, expected, shortened(found.json()), KEYS));
    }

    private static long orZero(@Nullable Long value) {
      return value == null ? 0 : value;
    }
  }
}
