package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.AgentCall;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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
  private static final int MAX_TOOL_CALLS = 1000;
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");

  private final boolean mutating;
  private final Path top;

  /**
   * What was told of a tool call so far; a request for permission need not repeat it.
   *
   * @param kind empty when none was told
   * @param outside whether it names a place outside of the call's directory
   */
  private record ToolCall(String kind, boolean outside) {

    ToolCall and(ToolCall later) {
      return new ToolCall(weightier(kind, later.kind), outside || later.outside);
    }

    /** One that was once said to write does not become harmless by another name. */
    private static String weightier(String old, String told) {
      return told.isEmpty() || (READS.contains(told) && !old.isEmpty()) ? old : told;
    }
  }

  private final Map<String, ToolCall> toolCalls = new LinkedHashMap<>();

  Rights(AgentCall call) {
    mutating = call.mutating();
    Path worktree = call.worktree();
    top = (worktree == null ? call.workingDirectory() : worktree).toAbsolutePath().normalize();
  }

  /**
   * Takes note of a tool call, or of what changed about it.
   *
   * @return whether it is a new one
   */
  boolean note(JsonNode toolCall) {
    String id = id(toolCall);
    boolean known = toolCalls.containsKey(id);
    toolCalls.merge(
        id,
        new ToolCall(toolCall.path("kind").asString(""), mutating && !isInside(toolCall)),
        ToolCall::and);
    if (toolCalls.size() > MAX_TOOL_CALLS) {
      toolCalls.remove(toolCalls.keySet().iterator().next());
    }
    return !known;
  }

  private static String id(JsonNode toolCall) {
    return toolCall.path("toolCallId").asString("");
  }

  /** The result of {@code session/request_permission}, whose tool call was noted. */
  ObjectNode answer(JsonNode params) {
    JsonNode toolCall = params.path("toolCall");
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
    ToolCall noted = toolCalls.getOrDefault(id(toolCall), new ToolCall("", false));
    return mutating
        ? !EDITS.contains(noted.kind()) || !noted.outside()
        : READS.contains(noted.kind());
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

  /** Also behind links, as far as the place is there. What can't be understood is outside. */
  private boolean isInside(String path) {
    if (path.equals("~") || path.startsWith("~/")) {
      return false; // Somebody's home, and no directory of that name.
    }
    try {
      Path named = SCHEME.matcher(path).lookingAt() ? Path.of(URI.create(path)) : Path.of(path);
      return real(top.resolve(named).normalize()).startsWith(top.toRealPath());
    } catch (IllegalArgumentException | FileSystemNotFoundException | IOException e) {
      return false;
    }
  }

  /** The real path of what is there of a path, and the rest. */
  private static Path real(Path path) throws IOException {
    Path there = path;
    while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
      there = there.getParent();
    }
    return there.toRealPath().resolve(there.relativize(path)).normalize();
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
