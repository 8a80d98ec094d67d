package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.ReasoningText;
import dev.agentworkflows.spi.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The events of {@code codex exec --json}. The last message among them is what the program would
 * also write to a file ({@code -o}); without one, no answer is written anywhere, and none is lost
 * when the program has to be ended.
 */
final class CodexConversation implements AgentEventParser {

  private final AgentCall call;
  private final CallContext context;
  private String text = "";
  private Usage usage = Usage.UNKNOWN;
  private @Nullable String failure;
  private @Nullable String complaint;
  private boolean completed;

  /** A line was left out since the last message: it may have been the answer. */
  private boolean missed;

  CodexConversation(AgentCall call, CallContext context) {
    this.call = call;
    this.context = context;
  }

  @Override
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("exec", "--json", "--skip-git-repo-check"));
    arguments.addAll(List.of("-s", call.mutating() ? "workspace-write" : "read-only"));
    // Nobody is there to approve, and the configuration must not name somebody who would.
    arguments.addAll(List.of("-c", "approval_policy=\"never\""));
    arguments.addAll(List.of("-C", call.workingDirectory().toString()));
    if (call.model() != null) {
      arguments.add("--model=" + call.model()); // In one word: never taken for an option.
    }
    arguments.add("-");
    return arguments;
  }

  @Override
  public void onEvent(JsonNode event) {
    switch (event.path("type").asString("")) {
      case "item.started" -> tellProgress(event.path("item"));
      case "item.completed" -> item(event.path("item"));
      case "turn.completed" -> {
        completed = true;
        usage = usage(event.path("usage"));
      }
      case "turn.failed" -> failure = event.path("error").path("message").asString("");
      // Often only one of several tries: the turn may be completed all the same.
      case "error" -> complaint = event.path("message").asString("");
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
    if (failure != null) {
      throw Failure.told("codex", FailureWords.kind(failure), failure, usage);
    }
    if (completed && !missed) {
      String answer = ReasoningText.removed(text);
      Failure.requireWords("codex", answer, call.mutating(), usage);
      return new AgentReply(answer, null, usage, null); // It names no model.
    }
    if (complaint != null && !completed) {
      throw Failure.told("codex", FailureWords.kind(complaint), complaint, usage);
    }
    throw Failure.silent("codex", exit, usage);
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
