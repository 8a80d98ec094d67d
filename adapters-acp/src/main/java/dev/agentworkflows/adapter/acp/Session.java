package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.adapter.cli.AgentProcess;
import dev.agentworkflows.adapter.cli.ClaudeWindows;
import dev.agentworkflows.adapter.cli.Failure;
import dev.agentworkflows.adapter.cli.Listener;
import dev.agentworkflows.adapter.cli.Progress;
import dev.agentworkflows.adapter.cli.Tokens;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.spi.McpServer;
import dev.agentworkflows.spi.ReasoningText;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One session with an agent, from the first request to the end of its turn: each answer leads to
 * the next request. The session is new, or one that an earlier call has left.
 */
final class Session implements Listener, Peer.Handler {

  static final int VERSION = 1;

  /**
   * A space without width. Behind it, a prompt that begins like a command of the agent's own is a
   * prompt; spaces and line breaks are stripped by some before they look.
   */
  static final String NO_COMMAND = "\u200b";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** For an agent to start: a package runner may fetch it first. */
  static final Duration MAX_START = Duration.ofMinutes(2);

  /** For an agent to end its turn, of the five seconds that its processes have in all. */
  private static final Duration LEAVE = Duration.ofMillis(500);

  /** What a session calls its model when it chooses by itself. */
  private static final Set<String> NO_MODEL = Set.of("auto", "default");

  /**
   * What an agent may tell before its model was asked. Anything else is work that is paid for and
   * may have changed files, also what later versions of the protocol have.
   */
  private static final Set<String> IDLE =
      Set.of(
          "available_commands_update",
          "config_option_update",
          "current_mode_update",
          "session_info_update",
          "usage_update",
          "user_message_chunk");

  private static final String COST = "usage_update";

  /** Where the agent that has claude inside passes its events about limits on. */
  private static final String CLAUDE_WINDOWS = "_claude/rateLimit";

  private static final int MAX_NAMED = 10;

  private final AgentSettings agent;
  private final AgentCall call;
  private final CallContext context;
  private final UnaryOperator<String> redact;
  private final OutgoingLines outbox = new OutgoingLines();
  private final Peer peer = new Peer(outbox, this);
  private final Rights rights;
  private final AnswerText text = new AnswerText();

  private JsonNode loginMethods = JSON.missingNode();
  private Reopening reopening = Reopening.NONE;

  /** The session of an earlier call, while it is being opened again. */
  private @Nullable String reopened;

  private volatile @Nullable String sessionId;
  private volatile boolean prompting;
  private @Nullable String model;
  private @Nullable String lastProgress;

  /** What the session has cost so far, as the agent told it since its turn began, or before. */
  private @Nullable BigDecimal costUsd;

  /** What the session had cost before this turn; null when the agent did not say so. */
  private @Nullable BigDecimal costBefore;

  private @Nullable JsonNode answer;
  private @Nullable AdapterException failure;
  private boolean started;
  private boolean neverStarted;
  private boolean missed;

  /** A line of the protocol could not be read: it may have been a part of the answer. */
  private boolean broken;

  private boolean worked;

  /** The mode for which it has left the one that was chosen; null while it is in that one. */
  private @Nullable String otherMode;

  /**
   * @param redact takes keys out of a text
   */
  Session(AgentSettings agent, AgentCall call, CallContext context, UnaryOperator<String> redact) {
    this.agent = agent;
    this.call = call;
    this.context = context;
    this.redact = redact;
    rights = new Rights(call);
  }

  /** What the agent is to read. */
  OutgoingLines begin() {
    ObjectNode params = Peer.object().put("protocolVersion", VERSION);
    ObjectNode capabilities = params.putObject("clientCapabilities").put("terminal", false);
    capabilities.putObject("fs").put("readTextFile", false).put("writeTextFile", false);
    params.putObject("clientInfo").put("name", "agent-workflows").put("version", "1");
    peer.request("initialize", params, this::initialized);
    return outbox;
  }

  private void initialized(JsonNode result) {
    started = true;
    JsonNode version = result.path("protocolVersion");
    if (!version.isInt() || version.intValue() != VERSION) {
      fail(
          Kind.PERMANENT,
          "it speaks version %s of the Agent Client Protocol, and %d is needed here; install another version of it"
              .formatted(version.isMissingNode() ? "(not told)" : version, VERSION));
      return;
    }
    String missing = missing(result.path("agentCapabilities"));
    if (missing != null) {
      fail(Kind.PERMANENT, missing);
      return;
    }
    loginMethods = result.path("authMethods");
    reopening = Reopening.of(result.path("agentCapabilities"));
    String login = agent.authMethod();
    if (login == null) {
      openSession();
    } else {
      peer.request("authenticate", Peer.object().put("methodId", login), ignored -> openSession());
    }
  }

  /** What the call asks for and the agent does not promise; null when there is nothing. */
  private @Nullable String missing(JsonNode capabilities) {
    boolean images = capabilities.path("promptCapabilities").path("image").asBoolean(false);
    if (!images && !call.options().files().isEmpty()) {
      return "it takes no images, and the call names '%s'; leave it out or use another provider"
          .formatted(call.options().files().get(0).name());
    }
    boolean http = capabilities.path("mcpCapabilities").path("http").asBoolean(false);
    for (McpServer server : call.options().mcpServers()) {
      if (!http && server instanceof McpServer.Remote) {
        return "it takes no mcp_servers with a url, as '%s'; use one with a command"
            .formatted(server.name());
      }
    }
    return null;
  }

  private void openSession() {
    ObjectNode params = Peer.object().put("cwd", call.workingDirectory().toString());
    SessionServers.addTo(params.putArray("mcpServers"), call.options().mcpServers());
    AgentSession earlier = call.conversation().session();
    if (earlier == null) {
      peer.request(
          "session/new", params, opened -> opened(opened, opened.path("sessionId").asString("")));
    } else if (reopening.fits(earlier)) {
      reopened = earlier.id();
      params.put("sessionId", earlier.id());
      String same = reopening == Reopening.FORK ? "" : earlier.id();
      peer.request(
          reopening.method(),
          params,
          opened -> opened(opened, opened.path("sessionId").asString(same)));
    } else {
      fail(lost("it can't go on in a session of before"));
    }
  }

  /** Nothing was asked in it. */
  private AdapterException lost(String why) {
    return new AdapterException(
        Kind.SESSION_LOST,
        "%s does not have its session: %s".formatted(agent.name(), why),
        null,
        Usage.of(0, 0),
        null);
  }

  private void opened(JsonNode session, String id) {
    if (id.isEmpty()) {
      String why = "its answer names no session";
      fail(
          reopened == null
              ? Failure.reported(
                  agent.name(), Kind.PERMANENT, why + " (session/new)", Usage.UNKNOWN)
              : lost(why));
      return;
    }
    reopened = null;
    sessionId = id;
    SessionOption models = SessionOption.model(session);
    String current = models == null ? null : models.current();
    answeredBy(current == null || NO_MODEL.contains(current) ? null : current);
    AgentKind.ReadOnly readOnly = call.mutating() ? null : agent.readOnly();
    String mode = readOnly == null ? null : readOnly.mode();
    SessionOption modes = SessionOption.mode(session);
    if (isLeftReadOnly(modes)) {
      fail(lost("it is in its read-only mode"));
      return;
    }
    String asked = agent.modelOption() == null ? call.model() : null;
    choose("mode", modes, mode, () -> choose("model", models, asked, () -> chooseEffort(session)));
  }

  /** A call that may edit leaves the mode as it is; one of before may have set it. */
  private boolean isLeftReadOnly(@Nullable SessionOption modes) {
    AgentKind.ReadOnly readOnly = agent.readOnly();
    return call.mutating()
        && call.conversation().session() != null
        && readOnly != null
        && modes != null
        && readOnly.mode().equals(modes.current());
  }

  /** One that the agent can't be told costs no answer. */
  private void chooseEffort(JsonNode session) {
    Effort wanted = call.options().effort();
    SessionOption option = wanted == null ? null : SessionOption.effort(session);
    String level = wanted == null || option == null ? null : option.nearest(wanted);
    if (wanted != null && level == null) {
      context.warning(
          agent.name() + " offers no choice of effort: its calls go out as if none was asked for");
    }
    choose("effort", option, level, this::prompt);
  }

  private void choose(
      String what, @Nullable SessionOption option, @Nullable String wanted, Runnable then) {
    if (wanted == null) {
      then.run();
      return;
    }
    if (option == null || !option.values().contains(wanted)) {
      String offered =
          option == null
              ? "it offers no choice"
              : "it offers: "
                  + String.join(", ", option.values().stream().limit(MAX_NAMED).toList())
                  + (option.values().size() > MAX_NAMED ? ", …" : "");
      String why = "it has no %s '%s'; %s".formatted(what, wanted, offered);
      if (call.conversation().session() == null) {
        fail(Kind.PERMANENT, why);
      } else {
        fail(lost(why));
      }
      return;
    }
    ObjectNode params = option.params().put("sessionId", sessionId).put(option.parameter(), wanted);
    peer.request(
        option.method(),
        params,
        result -> {
          String now = SessionOption.current(result, what);
          if (now != null && !now.equals(wanted)) {
            fail(
                Kind.PERMANENT,
                "it keeps its %s '%s' instead of '%s'".formatted(what, now, wanted));
            return;
          }
          if (what.equals("model")) {
            answeredBy(wanted);
          }
          if (what.equals("mode")) {
            otherMode = null;
          } else {
            mode(SessionOption.current(result, "mode")); // Another model may have other modes.
          }
          then.run();
        });
  }

  private void prompt() {
    if (otherMode != null) {
      failInMode(otherMode);
      return;
    }
    ObjectNode params = Peer.object().put("sessionId", sessionId);
    String stripped = call.prompt().stripLeading();
    boolean command = stripped.startsWith("/") || stripped.startsWith("$");
    String prompt = command ? NO_COMMAND + call.prompt() : call.prompt();
    ArrayNode content = params.putArray("prompt");
    for (AttachedFile file : call.options().files()) {
      content
          .addObject()
          .put("type", "image")
          .put("mimeType", file.type().mediaType())
          .put("data", file.base64());
    }
    content.addObject().put("type", "text").put("text", prompt);
    boolean isNew = call.conversation().session() == null;
    costBefore = costUsd == null && isNew ? BigDecimal.ZERO : costUsd;
    costUsd = null;
    prompting = true;
    peer.request("session/prompt", params, this::end);
  }

  private void end(JsonNode result) {
    answer = result;
    outbox.finish();
  }

  private void fail(Kind kind, String why) {
    fail(Failure.reported(agent.name(), kind, why, Usage.UNKNOWN));
  }

  private void fail(AdapterException e) {
    if (!isComplete()) {
      failure = e;
      if (prompting) {
        sendCancel();
      }
      outbox.finish();
    }
  }

  private void sendCancel() {
    String id = sessionId;
    if (id != null) {
      peer.notify("session/cancel", Peer.object().put("sessionId", id));
    }
  }

  @Override
  public void line(String line) {
    if (line.isBlank()) {
      return;
    }
    JsonNode message;
    try {
      message = JSON.readTree(line);
    } catch (JacksonException e) {
      // A transcript's lines are JSON: what is none becomes a string.
      context.transcript(JSON.writeValueAsString(line.strip()));
      if (prompting && line.contains("\"jsonrpc\"")) {
        broken = true;
        worked = true;
      }
      return;
    }
    context.transcript(line.strip());
    if (message.isObject() && !isComplete()) {
      peer.receive(message);
    }
  }

  /** It may have been the end of the turn: nobody waits for another. */
  @Override
  public void lineLeftOut() {
    if (isComplete()) {
      return;
    }
    missed = true;
    if (prompting) {
      worked = true;
      sendCancel();
    }
    outbox.finish();
  }

  @Override
  public boolean isComplete() {
    return answer != null || failure != null || neverStarted || missed;
  }

  @Override
  public Duration dueAfter() {
    return MAX_START;
  }

  @Override
  public void overdue() {
    if (!started) {
      neverStarted = true;
      outbox.finish();
    }
  }

  @Override
  public Duration cancel() {
    if (!prompting) {
      return Duration.ZERO;
    }
    sendCancel();
    return LEAVE;
  }

  @Override
  public void notified(String method, JsonNode params) {
    String session = params.path("sessionId").asString("");
    JsonNode update = params.path("update");
    // What the original of a copy had cost says nothing of the copy.
    if (session.equals(reopened)
        && reopening != Reopening.FORK
        && update.path("sessionUpdate").asString("").equals(COST)) {
      cost(update.path("cost"));
    }
    if (!method.equals("session/update")) {
      return;
    }
    worked |= prompting && !IDLE.contains(update.path("sessionUpdate").asString(""));
    if (!session.equals(sessionId)) {
      return; // A subagent's words are not the answer; its work is work.
    }
    switch (update.path("sessionUpdate").asString("")) {
      case "agent_message_chunk" -> addText(update);
      case "tool_call", "tool_call_update" -> tool(update);
      case COST -> {
        cost(update.path("cost"));
        ClaudeWindows.in(update.path("_meta").path(CLAUDE_WINDOWS)).forEach(context::usageWindow);
      }
      case "current_mode_update" -> mode(update.path("currentModeId").asString(null));
      case "config_option_update" -> mode(SessionOption.current(update, "mode"));
      default -> {} // Thoughts, plans, commands, and what later versions have.
    }
  }

  /** What comes before the prompt is about the session, not an answer. */
  private void addText(JsonNode update) {
    if (prompting) {
      text.add(update);
      if (text.isTooLong()) {
        fail(
            Kind.PERMANENT,
            "its answer is longer than %d MiB".formatted(AnswerText.MAX_LENGTH >> 20));
      }
    }
  }

  private void tool(JsonNode update) {
    if (rights.note(update)) {
      text.interrupted();
    }
    String title = update.path("title").asString("");
    if (!title.isBlank() && !title.equals(lastProgress)) {
      lastProgress = title;
      context.progress(Progress.shortened(redact.apply(title)));
    }
  }

  private void cost(JsonNode cost) {
    if (cost.path("currency").asString("").equals("USD")) {
      costUsd = Tokens.number(cost.path("amount"));
    }
  }

  private void mode(@Nullable String now) {
    AgentKind.ReadOnly readOnly = call.mutating() ? null : agent.readOnly();
    if (readOnly != null && now != null) {
      otherMode = now.equals(readOnly.mode()) ? null : now;
      if (prompting && otherMode != null) {
        failInMode(now);
      }
    }
  }

  private void failInMode(String now) {
    AgentKind.ReadOnly readOnly = agent.readOnly();
    fail(
        Kind.PERMANENT,
        "in a read-only call it left its mode '%s' for '%s', and was stopped"
            .formatted(readOnly == null ? "?" : readOnly.mode(), now));
  }

  @Override
  public @Nullable ObjectNode requested(String method, JsonNode params) {
    worked |= prompting; // Who asks for a permission, a file or a terminal is at work.
    if (!method.equals("session/request_permission")) {
      return null;
    }
    if (rights.note(params.path("toolCall"))) {
      text.interrupted();
    }
    return rights.answer(params);
  }

  @Override
  public void failed(String method, JsonNode error) {
    if (reopened != null) {
      fail(lost(AgentErrors.words(error)));
      return;
    }
    AdapterException e =
        AgentErrors.of(agent.name(), method, error, loginMethods, !worked && !isPaid());
    fail(prompting ? e : notSent(e));
  }

  @Override
  public void stuck() {
    fail(Kind.PERMANENT, "it goes on asking and reads no answer");
  }

  @Override
  public void sent(String line) {
    context.transcript(line);
  }

  /** The answer, once the agent's program has ended, by itself or after its last word by us. */
  AgentReply reply(AgentProcess.Exit exit) throws AdapterException {
    if (neverStarted) {
      throw Failure.notBegun(
          agent.name(),
          ("has not answered the request 'initialize' within %d s of its start, and was ended;"
                  + " check that its command starts an agent that speaks the Agent Client Protocol"
                  + " over its standard input")
              .formatted(MAX_START.toSeconds()),
          exit);
    }
    JsonNode last = answer;
    if (failure != null || last == null || missed || broken) {
      AdapterException failed = failure == null ? withoutAnswer(exit) : failure;
      throw worked ? failed.billed(Usage.UNKNOWN, cost()) : failed;
    }
    Usage usage = TurnUsage.of(last);
    failUnlessWhole(last.path("stopReason").asString(""), usage);
    String whole = ReasoningText.removed(text.toString());
    Failure.requireWords(agent.name(), whole, call.mutating(), usage);
    String id = sessionId;
    return new AgentReply(whole, model, usage, cost(), id == null ? null : reopening.kept(id));
  }

  /** Of this turn: what an agent tells is the sum of its session. Null where it is not known. */
  private @Nullable BigDecimal cost() {
    return costUsd == null || costBefore == null
        ? null
        : costUsd.subtract(costBefore).max(BigDecimal.ZERO);
  }

  private void answeredBy(@Nullable String name) {
    model = name;
    if (name != null) {
      context.answering(name);
    }
  }

  private boolean isPaid() {
    BigDecimal cost = cost();
    return cost != null && cost.signum() > 0;
  }

  private AdapterException withoutAnswer(AgentProcess.Exit exit) {
    return answer == null || missed
        ? silent(exit)
        : Failure.reported(
            agent.name(),
            Kind.TRANSIENT,
            "a line of its protocol was no JSON, and may have been a part of the answer",
            Usage.UNKNOWN);
  }

  private AdapterException silent(AgentProcess.Exit exit) {
    AdapterException e = Failure.silent(agent.name(), exit, Usage.UNKNOWN);
    if (reopened != null && !missed) {
      return lost(String.valueOf(e.getMessage()));
    }
    return prompting ? e : notSent(e);
  }

  /** What passes, and came before the prompt was sent: any call may be sent again. */
  private static AdapterException notSent(AdapterException e) {
    return e.kind() == Kind.TRANSIENT
        ? new AdapterException(Kind.NOT_SENT, String.valueOf(e.getMessage()))
        : e;
  }

  private void failUnlessWhole(String reason, Usage usage) throws AdapterException {
    Kind kind = reason.equals("refusal") ? Kind.REFUSED : Kind.PERMANENT;
    String why =
        switch (reason) {
          case "end_turn" -> null;
          case "refusal" -> "the model refused to answer";
          case "max_tokens" -> "the answer was cut off: the model reached its limit";
          case "max_turn_requests" ->
              "the turn was cut off: the agent reached its limit of requests";
          case "cancelled" -> "it cancelled the turn, and nobody had asked for that";
          default -> "it does not say that the answer is whole";
        };
    if (why != null) {
      String told = "%s (stopReason %s)".formatted(why, reason.isEmpty() ? "missing" : reason);
      throw Failure.reported(agent.name(), kind, told, usage).billed(usage, cost());
    }
  }
}
