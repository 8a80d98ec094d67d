package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.cache.CallKey;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.coordinator.option.CheckedOptions;
import dev.agentworkflows.coordinator.option.OptionException;
import dev.agentworkflows.coordinator.option.OptionLoader;
import dev.agentworkflows.coordinator.option.RequestedOptions;
import dev.agentworkflows.coordinator.schema.AnswerSchema;
import dev.agentworkflows.coordinator.schema.InvalidSchemaException;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.Isolation;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Gives a call its place in the run: index, provider, model, key, occurrence. */
final class Admission {

  private final Targets targets;
  private final OptionLoader optionLoader;
  private final Worktrees worktrees;
  private final Conversations conversations;
  private final Clock clock;

  Admission(
      Providers providers,
      OptionLoader optionLoader,
      Worktrees worktrees,
      Conversations conversations,
      Clock clock) {
    this.targets = new Targets(providers);
    this.optionLoader = optionLoader;
    this.worktrees = worktrees;
    this.conversations = conversations;
    this.clock = clock;
  }

  /** Refuses what a script should not have asked for; a refused call takes no index. */
  AdmittedCall admit(RunContext scope, CallRequest request) throws MisuseException {
    AnswerSchema schema = schema(request);
    JsonNode permissions = json("permissions", request.rights().permissionsJson());
    JsonNode metadata = json("metadata", request.task().metadataJson());
    CheckedOptions options = options(scope, request);
    List<Target> asked = targets.of(scope, request);
    boolean shares = request.workplace().worktreeOf() != null;
    if (shares && request.isolation() == Isolation.NONE && request.mutating()) {
      throw new MisuseException(
          "a call with write_scope changes files: in another call's worktree it needs"
              + " isolation 'worktree' as well");
    }
    String continues = request.task().continues();
    ContinuedCall continued = continues == null ? null : conversations.find(scope, continues);
    CallKey key = null;
    if (!request.mutating()) {
      key =
          CallKey.of(
              request.task().prompt(),
              schema == null ? null : schema.canonicalJson(),
              asked.get(0).name(),
              asked.get(0).model(),
              request.routing().agentType(),
              request.rights().readScope(),
              permissions,
              metadata,
              request.cache().namespace(),
              options.keyParts());
      if (continued != null) {
        key = key.continuing(continued.answeredBy(), continued.key());
      }
      if (asked.size() > 1) {
        key = key.withFallback(asked.stream().skip(1).map(Target::text).toList());
      }
    }
    int index = scope.nextCallIndex();
    CachePolicy own = request.cache().policy();
    Duration timeout = request.routing().timeout();
    return new AdmittedCall(
        callId(scope.runId(), index),
        index,
        scope,
        request,
        schema,
        asked,
        key,
        key == null || shares ? 0 : scope.occurrences().next(key),
        own == null ? scope.cachePolicy() : own,
        timeout == null ? scope.timeout() : timeout,
        clock.instant(),
        options,
        continued);
  }

  /** Not by a formatter, which took 6 % of the thread that receives calls. */
  private static String callId(String runId, int index) {
    String number = Integer.toString(index);
    return runId + "_call_" + "0".repeat(Math.max(0, 4 - number.length())) + number;
  }

  private CheckedOptions options(RunContext scope, CallRequest request) throws MisuseException {
    RequestedOptions requested = request.task().options();
    String refusal =
        requested.files().isEmpty()
            ? null
            : worktrees.refusalOfFiles(scope.workspace()).orElse(null);
    try {
      return optionLoader.check(requested, scope.workspace(), refusal);
    } catch (OptionException e) {
      throw new MisuseException(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable AnswerSchema schema(CallRequest request) throws MisuseException {
    String json = request.task().schemaJson();
    if (json == null) {
      return null;
    }
    try {
      return AnswerSchema.parse(json);
    } catch (InvalidSchemaException e) {
      throw new MisuseException(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable JsonNode json(String name, @Nullable String json)
      throws MisuseException {
    if (json == null) {
      return null;
    }
    try {
      return Json.read(json);
    } catch (JsonTextException e) {
      throw new MisuseException(name + " is not JSON: " + e.getMessage());
    }
  }

  /** A call that should not have been made. */
  static final class MisuseException extends Exception {
    private static final long serialVersionUID = 1L;

    MisuseException(String message) {
      super(message);
    }
  }
}
