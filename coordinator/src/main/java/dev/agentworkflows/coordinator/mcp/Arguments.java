package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.CallPage;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.coordinator.app.script.RunArguments;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.RunRecord;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The arguments of one tool call; their types were held against the tool's schema already. */
final class Arguments {

  /** Also keeps a value from being taken for an option, or for a file of options. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_]{0,99}");

  private static final int MAX_DIGITS = 400;

  private static final String LATEST = "latest";

  private final Map<String, Object> values;

  /**
   * Other names that clients of another server of the same kind have for our arguments. A {@code
   * path} is a script's where the tool takes one.
   */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("run_id", "run", "call_id", "call", "max_bytes", "limit");

  Arguments(@Nullable Map<String, Object> values) {
    this.values = new HashMap<>(values == null ? Map.of() : values);
    OTHER_NAMES.forEach((other, name) -> {
      Object value = this.values.remove(other);
      if (value != null) {
        this.values.putIfAbsent(name, value);
      }
    });
  }

  /** The path of a script, absolute or relative to where the server was started. */
  String script() {
    String script = scriptOrNull();
    if (script == null) {
      throw new RefusedException("script is missing: the path of a workflow script.");
    }
    return script;
  }

  /** As {@link #script}; null when none is named. */
  @Nullable String scriptOrNull() {
    String script = text("script");
    return script == null ? text("path") : script;
  }

  /** The id of a run that has to be named. */
  String namedRun() {
    if (text("run") == null) {
      throw new RefusedException("run is missing: the id of a run, or latest.");
    }
    return run();
  }

  /** The id of a run; the latest when none is named. */
  String run() {
    String run = text("run");
    return run == null ? LATEST : id("run", run);
  }

  /** The id of a call. */
  String call() {
    String call = text("call");
    if (call == null) {
      throw new RefusedException("call is missing: the id of a call, as owf_status lists them.");
    }
    return id("call", call);
  }

  /**
   * The value, when it can be an id.
   *
   * @throws RefusedException when it can't
   */
  static String id(String name, String value) {
    if (!ID.matcher(value).matches()) {
      throw new RefusedException(
          name + " is not an id: expected letters, digits and underscores, as tools give them.");
    }
    return value;
  }

  @Nullable String text(String name) {
    return values.get(name) instanceof String text ? text : null;
  }

  /** What a script's {@code main} is given. */
  RunArguments ofMain() {
    Object args = values.get("args");
    return new RunArguments(
        args == null ? null : Json.write(ToolResults.MAPPER.getJsonMapper().valueToTree(args)),
        Map.of());
  }

  /** The page of a run's calls that {@code offset} and {@code limit} ask for. */
  CallPage page(ShowRun runs, RunRecord run, int usual, int most) {
    return runs.calls(run, count("offset", 0, Integer.MAX_VALUE), count("limit", usual, most));
  }

  /**
   * A whole number.
   *
   * @throws RefusedException when it is another one, or too large for any use
   */
  @Nullable Long number(String name) {
    if (!(values.get(name) instanceof Number number)) {
      return null;
    }
    BigDecimal exact = exact(name, number);
    try {
      return exact.longValueExact();
    } catch (ArithmeticException e) {
      throw new RefusedException(name + " is " + number + ", where a whole number was expected.");
    }
  }

  /** Whatever kind of number the reader made of it; refused when its digits would fill pages. */
  private static BigDecimal exact(String name, Number number) {
    if (number instanceof BigDecimal || !(number.toString().length() > MAX_DIGITS)) {
      try {
        BigDecimal exact =
            number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
        if (Math.abs((long) exact.scale()) <= MAX_DIGITS && exact.precision() <= MAX_DIGITS) {
          return exact;
        }
      } catch (NumberFormatException e) {
        // Infinity, which is what the reader makes of 1e999.
      }
    }
    throw new RefusedException(name + " is not a number that could be meant.");
  }

  /** Between 0 and the largest; what is left out is as given. */
  int count(String name, int otherwise, int largest) {
    if (!(values.get(name) instanceof Number number)) {
      return otherwise;
    }
    return exact(name, number).min(BigDecimal.valueOf(largest)).max(BigDecimal.ZERO).intValue();
  }

  @Nullable String decimal(String name) {
    return values.get(name) instanceof Number number ? exact(name, number).toPlainString() : null;
  }

  @Nullable Double seconds(String name) {
    return values.get(name) instanceof Number number
        ? Double.valueOf(exact(name, number).doubleValue())
        : null;
  }

  boolean flag(String name, boolean otherwise) {
    return values.get(name) instanceof Boolean flag ? flag : otherwise;
  }
}
