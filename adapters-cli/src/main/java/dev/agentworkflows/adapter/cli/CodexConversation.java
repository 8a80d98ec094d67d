package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.ReasoningText;
import dev.agentworkflows.spi.SchemaPrompt;
import dev.agentworkflows.spi.Usage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The events of {@code codex exec --json}. The last message among them is what the program would
 * also write to a file ({@code -o}); without one, no answer is written anywhere, and none is lost
 * when the program has to be ended.
 */
final class CodexConversation implements AgentEventParser {

  private static final String LIMIT_REACHED = "\"usage_limit_reached\"";

  private final AgentCall call;
  private final @Nullable String earlier;
  private final CallContext context;
  private final List<String> options;
  private final Map<String, String> environment;
  private final boolean schemaInWords;
  private String text = "";
  private Usage usage = Usage.UNKNOWN;
  private @Nullable String failure;
  private @Nullable String complaint;
  private boolean completed;
  private boolean began;

  /** The event that told the last failure. */
  private JsonNode told = MissingNode.getInstance();

  /** A line was left out since the last message: it may have been the answer. */
  private boolean missed;

  /** Something was heard, or missed, that comes of a session only. */
  private boolean opened;

  private String session = "";

  /**
   * @param earlier the session to go on in; null for none
   * @param options what the call asks for besides, as arguments
   * @param schemaInWords whether the prompt has to say what form the answer has
   */
  CodexConversation(
      AgentCall call,
      @Nullable String earlier,
      CallContext context,
      List<String> options,
      Map<String, String> environment,
      boolean schemaInWords) {
    this.call = call;
    this.earlier = earlier;
    this.context = context;
    this.options = List.copyOf(options);
    this.environment = Map.copyOf(environment);
    this.schemaInWords = schemaInWords;
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public String input(String prompt) {
    String schema = call.schemaJson();
    return schemaInWords && schema != null ? SchemaPrompt.of(prompt, schema) : prompt;
  }

  @Override
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("exec", "--json", "--skip-git-repo-check"));
    // A rule of the user's may let a command out of the sandbox.
    arguments.add("--ignore-rules");
    arguments.addAll(options);
    arguments.addAll(List.of("-s", call.mutating() ? "workspace-write" : "read-only"));
    // Nobody is there to approve, and the configuration must not name somebody who would.
    arguments.addAll(List.of("-c", "approval_policy=\"never\""));
    arguments.addAll(List.of("-C", call.workingDirectory().toString()));
    if (call.model() != null) {
      arguments.add("--model=" + call.model()); // In one word: never taken for an option.
    }
    if (earlier != null) {
      // `resume` would write to the session itself, which other calls may go on in as well.
      arguments.addAll(List.of("fork", earlier));
    }
    arguments.add("-");
    return arguments;
  }

  @Override
  public void onEvent(JsonNode event) {
    CodexWindows.in(event, Clock.systemUTC()).forEach(context::usageWindow);
    String type = event.path("type").asString("");
    opened |= !type.equals("error");
    switch (type) {
      case "thread.started" -> session = event.path("thread_id").asString("");
      case "item.started" -> {
        began |= isWork(event.path("item"));
        tellProgress(event.path("item"));
      }
      case "item.completed" -> {
        began |= isWork(event.path("item"));
        item(event.path("item"));
      }
      case "turn.completed" -> {
        completed = true;
        usage = usage(event.path("usage"));
      }
      case "turn.failed" -> {
        failure = event.path("error").path("message").asString("");
        told = event;
      }
      // Often only one of several tries: the turn may be completed all the same.
      case "error" -> {
        complaint = event.path("message").asString("");
        told = event;
      }
      default -> {}
    }
  }

  private void item(JsonNode item) {
    if (item.path("type").asString("").equals("agent_message")) {
      text = item.path("text").asString("");
      missed = false;
    }
  }

  @Override
  public void onSkippedLine() {
    missed = true;
    opened = true;
  }

  @Override
  public boolean isComplete() {
    return completed || failure != null;
  }

  private void tellProgress(JsonNode item) {
    if (item.path("type").asString("").equals("command_execution")) {
      context.progress(Progress.of("runs", item));
    }
  }

  @Override
  public AgentReply reply(AgentProcess.Exit exit) throws AdapterException {
    if (earlier != null && !opened) {
      // Also of a version that knows no `fork`.
      String why = complaint == null ? String.valueOf(silent(exit).getMessage()) : complaint;
      throw ProgramSession.lost("codex", why);
    }
    if (failure != null) {
      throw failed(failure);
    }
    if (completed && !missed) {
      String answer = ReasoningText.removed(text);
      Failure.requireWords("codex", answer, call.mutating(), usage);
      // It names no model.
      AgentSession told = hasOwnSystem(call) ? null : ProgramSession.told(session);
      return new AgentReply(answer, null, usage, null, told);
    }
    if (complaint != null && !completed) {
      throw failed(complaint);
    }
    throw silent(exit);
  }

  private AdapterException silent(AgentProcess.Exit exit) {
    return Failure.silent("codex", exit, usage);
  }

  /** A session keeps the instructions that it began with, and a fork of it takes no others. */
  static boolean hasOwnSystem(AgentCall call) {
    return call.options().system() != null;
  }

  /** A remark of the program's own is none. */
  private static boolean isWork(JsonNode item) {
    return !item.path("type").asString("").equals("error");
  }

  private AdapterException failed(String why) {
    Kind kind = FailureWords.kind(why);
    // The fields of the event before the words for people.
    boolean limited = kind != Kind.EXHAUSTED && told.toString().contains(LIMIT_REACHED);
    boolean nothingBegan = !began && !completed;
    return limited || kind == Kind.USAGE_LIMITED
        ? Failure.limited(
            "codex", FailureWords.usageLimit(told + " " + why, nothingBegan), why, usage)
        : Failure.told("codex", kind, why, usage, nothingBegan);
  }

  /** Cached tokens are a part of the vendor's input tokens. */
  private static Usage usage(JsonNode usage) {
    return new Usage(
        Tokens.count(usage.path("input_tokens")),
        Tokens.count(usage.path("output_tokens")),
        Tokens.count(usage.path("cached_input_tokens")),
        Tokens.count(usage.path("cache_write_input_tokens")));
  }
}
