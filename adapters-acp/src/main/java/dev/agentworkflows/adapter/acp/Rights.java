package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.AgentCall;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a call may do, as answers to an agent's requests for permission. A read-only call is allowed
 * what reads, a mutating one everything but edits that the agent itself places outside of the
 * call's directory. Always for this once: what is allowed or refused for good stays in the agent's
 * own settings.
 */
final class Rights {

  private static final Set<String> READS = Set.of("read", "search", "fetch");
  private static final Set<String> EDITS = Set.of("edit", "delete", "move");
  private static final int MAX_KINDS = 1000;

  private final boolean mutating;
  private final Path top;

  /** A request need not repeat the kind that its tool call had. */
  private final Map<String, String> kinds = new LinkedHashMap<>();

  Rights(AgentCall call) {
    mutating = call.mutating();
    Path worktree = call.worktree();
    top = (worktree == null ? call.workingDirectory() : worktree).toAbsolutePath().normalize();
  }

  /** Takes note of a tool call, or of what changed about it. */
  void note(JsonNode toolCall) {
    String kind = toolCall.path("kind").asString("");
    if (!kind.isEmpty()) {
      kinds.merge(toolCall.path("toolCallId").asString(""), kind, Rights::weightier);
      if (kinds.size() > MAX_KINDS) {
        kinds.remove(kinds.keySet().iterator().next());
      }
    }
  }

  /** The result of {@code session/request_permission}. */
  ObjectNode answer(JsonNode params) {
    JsonNode toolCall = params.path("toolCall");
    note(toolCall);
    String option = null;
    if (allows(toolCall)) {
      option = option(params, "allow_once");
    }
    if (option == null) {
      option = option(params, "reject_once");
    }
    ObjectNode outcome = Peer.object();
    if (option == null) {
      outcome.put("outcome", "cancelled");
    } else {
      outcome.put("outcome", "selected").put("optionId", option);
    }
    return Peer.object().set("outcome", outcome);
  }

  private boolean allows(JsonNode toolCall) {
    String kind = kinds.getOrDefault(toolCall.path("toolCallId").asString(""), "other");
    if (!mutating) {
      return READS.contains(kind);
    }
    return !EDITS.contains(kind) || isInside(toolCall);
  }

  /** One that was once said to write does not become harmless by another name. */
  private static String weightier(String old, String told) {
    return READS.contains(told) ? old : told;
  }

  private boolean isInside(JsonNode toolCall) {
    for (String list : new String[] {"locations", "content"}) {
      for (JsonNode place : toolCall.path(list)) {
        String path = place.path("path").asString("");
        if (!path.isEmpty() && !isInside(path)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isInside(String path) {
    try {
      Path named = top.resolve(path).normalize();
      return named.startsWith(top) || named.startsWith(top.toRealPath());
    } catch (InvalidPathException | IOException e) {
      return false;
    }
  }

  private static @Nullable String option(JsonNode params, String kind) {
    for (JsonNode option : params.path("options")) {
      JsonNode id = option.path("optionId");
      if (option.path("kind").asString("").equals(kind) && id.isString()) {
        return id.stringValue();
      }
    }
    return null;
  }
}
