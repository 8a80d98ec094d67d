package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The arguments of one tool call; their types were held against the tool's schema already. */
final class Arguments {

  /** Also keeps a value from being taken for an option, or for a file of options. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_]{0,99}");

  private static final String LATEST = "latest";

  private final Map<String, Object> values;

  Arguments(@Nullable Map<String, Object> values) {
    this.values = values == null ? Map.of() : values;
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

  @Nullable Object any(String name) {
    return values.get(name);
  }

  @Nullable Long number(String name) {
    return values.get(name) instanceof Number number ? Long.valueOf(number.longValue()) : null;
  }

  /** Between 0 and the largest; what is left out is as given. */
  int count(String name, int otherwise, int largest) {
    Long number = number(name);
    return number == null ? otherwise : (int) Math.max(0, Math.min(largest, number));
  }

  @Nullable String decimal(String name) {
    return values.get(name) instanceof Number number
        ? new BigDecimal(number.toString()).toPlainString()
        : null;
  }

  @Nullable Double seconds(String name) {
    return values.get(name) instanceof Number number ? Double.valueOf(number.doubleValue()) : null;
  }

  boolean flag(String name, boolean otherwise) {
    return values.get(name) instanceof Boolean flag ? flag : otherwise;
  }
}
