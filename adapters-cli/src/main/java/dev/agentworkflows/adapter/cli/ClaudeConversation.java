package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.ReasoningText;
import dev.agentworkflows.spi.SchemaPrompt;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The stream of {@code claude --output-format stream-json}: turns, and a result at its end. */
final class ClaudeConversation implements AgentEventParser {

  /** What the program itself says when no model did. */
  private static final String REFUSAL = "refusal";

  private static final String NO_MODEL = "<synthetic>";

  private static final String OVER_BUDGET = "error_max_budget_usd";
  private static final String NO_STRUCTURE = "error_max_structured_output_retries";
  private static final String STRUCTURED = "structured_output";

  /** The names of failures that pass, in the program's own message about one. */
  private static final Map<String, Kind> PASSING =
      Map.of(
          "rate_limit", Kind.RATE_LIMITED,
          "server_error", Kind.TRANSIENT,
          "overloaded", Kind.TRANSIENT);

  /** What the program says where it has no session of that id in its directory. */
  private static final String NO_SESSION = "No conversation found";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final AgentCall call;
  private final CallContext context;
  private final List<String> arguments;
  private final Map<String, String> environment;

  /** What the program itself holds the answer to; null for nothing. */
  private final @Nullable String schema;

  /** A turn is told in parts, each with the turn's usage so far. */
  private final Map<String, Usage> turns = new HashMap<>();

  private @Nullable String model;
  private @Nullable String trouble;
  private final ClaudeLimit limit = new ClaudeLimit();
  private @Nullable JsonNode result;
  private boolean atWork;

  /** Whatever else is told or missing, files may have changed. */
  private boolean usedTool;

  /** Something was heard, or missed, that comes of a session only. */
  private boolean opened;

  ClaudeConversation(
      AgentCall call,
      CallContext context,
      List<String> arguments,
      Map<String, String> environment,
      @Nullable String schema) {
    this.call = call;
    this.context = context;
    this.arguments = List.copyOf(arguments);
    this.environment = Map.copyOf(environment);
    this.schema = schema;
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  /**
   * A prompt that begins with a slash is a command of the program's, and no option changes that;
   * behind an empty line it is a prompt.
   */
  @Override
  public String input(String prompt) {
    String asked =
        schema == null && call.schemaJson() != null
            ? SchemaPrompt.of(prompt, call.schemaJson())
            : prompt;
    String text = asked.startsWith("/") ? "\n" + asked : asked;
    return call.options().files().isEmpty() ? text : message(text);
  }

  /** One message of the program's stream, files before what is asked about them. */
  private String message(String text) {
    ObjectNode line = JSON.createObjectNode().put("type", "user");
    ArrayNode content = line.putObject("message").put("role", "user").putArray("content");
    for (AttachedFile file : call.options().files()) {
      boolean image = file.type().isImage();
      ObjectNode block = content.addObject().put("type", image ? "image" : "document");
      block
          .putObject("source")
          .put("type", "base64")
          .put("media_type", file.type().mediaType())
          .put("data", file.base64());
      if (!image) {
        block.put("title", file.name());
      }
    }
    content.addObject().put("type", "text").put("text", text);
    return JSON.writeValueAsString(line) + "\n";
  }

  @Override
  public void onEvent(JsonNode event) {
    switch (event.path("type").asString("")) {
      case "assistant" -> {
        atWork = true; // Also after a result: when a task in the background ends, it takes a turn.
        opened = true;
        turn(event);
      }
      case "system" -> {
        if (event.path("subtype").asString("").equals("init")) {
          opened = true;
          init(event);
        }
      }
      // The results of tools.
      case "user" -> usedTool |= isOfTool(event.path("message").path("content"));
      case "rate_limit_event" -> {
        limit.onEvent(event);
        ClaudeWindows.in(event.path("rate_limit_info")).forEach(context::usageWindow);
      }
      case "result" -> {
        atWork = false;
        result = event;
      }
      default -> {}
    }
  }

  /** The program goes on without a server that does not start. */
  private void init(JsonNode event) {
    String chosen = event.path("model").asString("");
    if (!chosen.isEmpty()) {
      context.answering(chosen);
    }
    for (JsonNode server : event.path("mcp_servers")) {
      if (server.path("status").asString("").equals("failed")) {
        context.warning(
            "the MCP server '%s' did not start; claude goes on without its tools"
                .formatted(server.path("name").asString("?")));
      }
    }
  }

  private static boolean isOfTool(JsonNode content) {
    for (JsonNode part : content) {
      if (part.path("type").asString("").equals("tool_result")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void onSkippedLine() {
    opened = true;
    usedTool = true;
  }

  @Override
  public boolean isComplete() {
    return result != null && !atWork;
  }

  private void turn(JsonNode event) {
    JsonNode message = event.path("message");
    trouble = event.path("error").asString(null);
    String told = message.path("model").asString("");
    Usage usage = ClaudeUsage.of(message.path("usage"));
    if (told.isEmpty() ? usage.billedTokens() > 0 : !told.equals(NO_MODEL)) {
      turns.put(message.path("id").asString(""), usage);
      if (!told.isEmpty() && event.path("parent_tool_use_id").isNull()) {
        model = told; // A subagent's model is not the one that answers.
        context.answering(told);
      }
    }
    for (JsonNode part : message.path("content")) {
      if (part.path("type").asString("").equals("tool_use")) {
        usedTool = true;
        context.progress(Progress.of(part.path("name").asString("?"), part.path("input")));
      }
    }
  }

  @Override
  public AgentReply reply(AgentProcess.Exit exit) throws AdapterException {
    JsonNode last = result;
    failIfSessionIsLost(exit);
    if (last == null) {
      Usage spent = turns.values().stream().reduce(Usage.UNKNOWN, Usage::plus);
      throw Failure.silent("claude", exit, spent);
    }
    Usage usage = ClaudeUsage.ofResult(last);
    BigDecimal costUsd = Tokens.number(last.path("total_cost_usd"));
    String text = last.path("result").asString("");
    String subtype = last.path("subtype").asString("success");
    if (subtype.equals(OVER_BUDGET)) {
      throw overBudget(usage, costUsd);
    }
    if (schema != null && (last.path(STRUCTURED).isObject() || subtype.equals(NO_STRUCTURE))) {
      String json = last.path(STRUCTURED).isObject() ? last.path(STRUCTURED).toString() : text;
      return reply(last, json, usage, costUsd);
    }
    if (last.path("is_error").asBoolean(false) || !subtype.equals("success")) {
      String why = text.isBlank() ? subtype + errors(last) : text;
      boolean worked = usage.billedTokens() > 0 || (costUsd != null && costUsd.signum() > 0);
      boolean oneTurn = last.path("num_turns").asInt(1) <= 1;
      boolean nothingBegan = !worked && !usedTool && oneTurn && turns.isEmpty();
      Kind kind = kind(last, subtype);
      AdapterException failure =
          kind == Kind.USAGE_LIMITED
              ? Failure.limited("claude", limit.limit(why, nothingBegan), why, usage)
              : Failure.reported("claude", kind, why, usage, nothingBegan);
      if (nothingBegan && kind == Kind.TRANSIENT && isOverload(last)) {
        throw failure.beforeWork();
      }
      throw worked ? failure.billed(usage, costUsd) : failure;
    }
    // Models of others, behind the variable that names another address, think aloud.
    String answer = ReasoningText.removed(text);
    failUnlessWhole(last, answer, usage, costUsd);
    return reply(last, answer, usage, costUsd);
  }

  private AgentReply reply(JsonNode last, String text, Usage usage, @Nullable BigDecimal costUsd) {
    return AgentReply.builder(text)
        .model(model)
        .usage(usage)
        .costUsd(costUsd)
        .session(ProgramSession.reported(last.path("session_id").asString("")))
        .build();
  }

  private void failIfSessionIsLost(AgentProcess.Exit exit) throws AdapterException {
    boolean tried = call.conversation().session() != null && !opened;
    JsonNode last = result;
    String told = last == null ? "" : last.path("result").asString("") + errors(last);
    if (tried && (told.contains(NO_SESSION) || exit.stderr().contains(NO_SESSION))) {
      throw ProgramSession.lost("claude", NO_SESSION);
    }
  }

  private AdapterException overBudget(Usage usage, @Nullable BigDecimal costUsd) {
    AdapterException failure =
        context
            .maxCostUsd()
            .map(usd ->
                new AdapterException(
                    Kind.BUDGET_REACHED,
                    ("claude was stopped before it was done: it reached the %s USD that were set"
                            + " aside for this call of the run's budget. Give the run a larger"
                            + " budget of money")
                        .formatted(usd.stripTrailingZeros().toPlainString())))
            .orElseGet(() ->
                new AdapterException(
                    Kind.PERMANENT,
                    "claude was stopped before it was done: it reached a limit of money that is"
                        + " not this run's"));
    return failure.billed(usage, costUsd);
  }

  private void failUnlessWhole(
      JsonNode last, String text, Usage usage, @Nullable BigDecimal costUsd)
      throws AdapterException {
    if (model == null && last.path("num_turns").asInt(1) == 0) {
      String own = "it took the prompt for a command of its own, and asked no model: " + text;
      throw Failure.reported("claude", Kind.PERMANENT, own, usage);
    }
    String reason = last.path("stop_reason").asString("end_turn");
    String why =
        switch (reason) {
          case "end_turn", "stop_sequence", "tool_use" -> null;
          case REFUSAL -> "the model refused to answer";
          case "max_tokens", "model_context_window_exceeded" ->
              "the answer was cut off: the model reached its limit";
          default -> "the answer is not whole";
        };
    if (why != null) {
      String told = why + " (stop_reason " + reason + ")";
      Kind kind = reason.equals(REFUSAL) ? Kind.REFUSED : Kind.PERMANENT;
      throw Failure.reported("claude", kind, told, usage).billed(usage, costUsd);
    }
    Failure.requireWords("claude", text, call.mutating(), usage);
  }

  private Kind kind(JsonNode last, String subtype) {
    if (last.path("stop_reason").asString("").equals(REFUSAL)) {
      return Kind.REFUSED;
    }
    String text = last.path("result").asString("");
    Kind lasting = limit.requiresCredits() ? Kind.EXHAUSTED : FailureWords.lasting(text);
    if (lasting != null) {
      return lasting;
    }
    JsonNode status = last.path("api_error_status");
    boolean refused = status.isNumber() ? status.asInt(0) == 429 : "rate_limit".equals(trouble);
    if ((refused && limit.isReached()) || FailureWords.kind(text) == Kind.USAGE_LIMITED) {
      return Kind.USAGE_LIMITED;
    }
    if (status.isNumber()) {
      return HttpStatus.kind(status.asInt(0));
    }
    if (!subtype.equals("success")) {
      return Kind.PERMANENT;
    }
    Kind passing = trouble == null ? null : PASSING.get(trouble);
    return passing == null ? FailureWords.kind(text) : passing;
  }

  /** In its fields, whatever its words are. */
  private boolean isOverload(JsonNode last) {
    JsonNode status = last.path("api_error_status");
    return status.isNumber()
        ? status.asInt(0) == HttpStatus.OVERLOADED
        : "overloaded".equals(trouble);
  }

  private static String errors(JsonNode last) {
    StringBuilder errors = new StringBuilder();
    for (JsonNode error : last.path("errors")) {
      errors.append(errors.isEmpty() ? ": " : "; ").append(error.asString(""));
    }
    return errors.toString();
  }
}
