package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.cache.CallKey;
import dev.agentworkflows.coordinator.option.CheckedOptions;
import dev.agentworkflows.coordinator.schema.AnswerSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call that has its place in the run: nothing in it depends on how it goes on.
 *
 * @param targets whom it asks, in order; at least one
 * @param key null exactly when the call is mutating; without the files of another's worktree until
 *     {@link #inTree}
 * @param occurrence 0 without a whole key
 * @param continued null when it begins a conversation
 */
record AdmittedCall(
    String id,
    int index,
    RunContext scope,
    CallRequest request,
    @Nullable AnswerSchema schema,
    List<Target> targets,
    @Nullable CallKey key,
    int occurrence,
    CachePolicy cachePolicy,
    Duration timeout,
    Instant at,
    CheckedOptions options,
    @Nullable ContinuedCall continued) {

  AdmittedCall {
    targets = List.copyOf(targets);
  }

  /** The call once it is known what it finds in the worktree that it reads. */
  AdmittedCall inTree(String tree) {
    if (key == null) {
      throw new IllegalStateException("a mutating call has no key: " + id);
    }
    CallKey whole = key.inTree(tree);
    return new AdmittedCall(
        id,
        index,
        scope,
        request,
        schema,
        targets,
        whole,
        scope.occurrences().next(whole),
        cachePolicy,
        timeout,
        at,
        options,
        continued);
  }

  /** The same call under another of its keys. */
  AdmittedCall under(CallKey newKey) {
    return newKey.equals(key)
        ? this
        : new AdmittedCall(
            id,
            index,
            scope,
            request,
            schema,
            targets,
            newKey,
            occurrence,
            cachePolicy,
            timeout,
            at,
            options,
            continued);
  }

  /** Whom it asks first. */
  Target first() {
    return targets.get(0);
  }
}
