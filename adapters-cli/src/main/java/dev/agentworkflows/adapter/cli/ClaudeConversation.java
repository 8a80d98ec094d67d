package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The stream of {@code claude --output-format stream-json}: turns, and a result at its end. */
final class ClaudeConversation implements Conversation {

  /** What the program itself says when no model did. */
  private static final String NO_MODEL = "<synthetic>";

  /** The names of failures that pass, in the program's own message about one. */
  private static final Map<String, Kind> PASSING =
      Map.of(
          "rate_limit", Kind.RATE_LIMITED,
          "server_error", Kind.TRANSIENT,
          "overloaded", Kind.TRANSIENT);

  private final List<String> arguments;
  private final CallContext context;

  /** A turn is told in parts, each with the turn's usage so far. */
  private final Map<String, Usage> turns = new HashMap<>();

  private @Nullable String model;
  private @Nullable String trouble;
  private @Nullable JsonNode result;
  private boolean atWork;

  ClaudeConversation(List<String> arguments, CallContext context) {
    this.arguments = List.copyOf(arguments);
    this.context = context;
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  @Override
  public void hear(JsonNode event) {
    switch (event.path("type").asString("")) {
      case "assistant" -> {
        atWork = true; // Also after a result: when a task in the background ends, it takes a turn.
        turn(event);
      }
      case "result" -> {
        atWork = false;
        result = event;
      }
      default -> {}
    }
  }

  @Override
  public boolean heardAll() {
    return result != null && !atWork;
  }

  private void turn(JsonNode event) {
    JsonNode message = event.path("message");
    trouble = event.path("error").asString(null);
    String told = message.path("model").asString(NO_MODEL);
    if (!told.equals(NO_MODEL)) {
      turns.put(message.path("id").asString(""), usage(message.path("usage")));
      if (event.path("parent_tool_use_id").isNull()) {
        model = told; // A subagent's model is not the one that answers.
      }
    }
    for (JsonNode part : message.path("content")) {
      if (part.path("type").asString("").equals("tool_use")) {
        context.progress(Progress.of(part.path("name").asString("?"), part.path("input")));
      }
    }
  }

  @Override
  public AgentReply reply(AgentProcess.Exit exit) throws AdapterException {
    JsonNode last = result;
    if (last == null) {
      Usage spent = turns.values().stream().reduce(Usage.UNKNOWN, Usage::plus);
      throw Failure.silent("claude", exit, spent);
    }
    Usage usage = usage(last.path("usage"));
    String text = last.path("result").asString("");
    String subtype = last.path("subtype").asString("success");
    if (last.path("is_error").asBoolean(false) || !subtype.equals("success")) {
      String why = text.isBlank() ? subtype + errors(last) : text;
      throw Failure.told("claude", kind(last, subtype), why, usage);
    }
    JsonNode cost = last.path("total_cost_usd");
    BigDecimal costUsd = cost.isNumber() ? cost.decimalValue() : null;
    return new AgentReply(text, model, usage, costUsd);
  }

  private Kind kind(JsonNode last, String subtype) {
    JsonNode status = last.path("api_error_status");
    if (status.isNumber()) {
      return HttpStatus.kind(status.asInt());
    }
    return subtype.equals("success") && trouble != null
        ? PASSING.getOrDefault(trouble, Kind.PERMANENT)
        : Kind.PERMANENT;
  }

  private static String errors(JsonNode last) {
    StringBuilder errors = new StringBuilder();
    for (JsonNode error : last.path("errors")) {
      errors.append(errors.isEmpty() ? ": " : "; ").append(error.asString(""));
    }
    return errors.toString();
  }

  /** The vendor counts what came from its cache, and what went there, apart from the input. */
  private static Usage usage(JsonNode usage) {
    if (!usage.isObject()) {
      return Usage.UNKNOWN;
    }
    long read = usage.path("cache_read_input_tokens").asLong(0);
    long written = usage.path("cache_creation_input_tokens").asLong(0);
    long input = usage.path("input_tokens").asLong(0);
    return new Usage(input + read + written, usage.path("output_tokens").asLong(0), read, written);
  }
}
