package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.cache.CallKey;
import dev.agentworkflows.coordinator.option.CheckedOptions;
import dev.agentworkflows.coordinator.schema.AnswerSchema;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that has its place in the run: nothing in it depends on how it goes on.
 *
 * @param provider null when no adapter has the name that the call asked for
 * @param providerName canonical when the provider is known, else as the script wrote it
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
    @Nullable Provider provider,
    String providerName,
    @Nullable String model,
    @Nullable CallKey key,
    int occurrence,
    CachePolicy cachePolicy,
    Duration timeout,
    Instant at,
    CheckedOptions options,
    @Nullable ContinuedCall continued) {

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
        provider,
        providerName,
        model,
        whole,
        scope.occurrences().next(whole),
        cachePolicy,
        timeout,
        at,
        options,
        continued);
  }

  /** Calls of one tariff cost alike: what the budget learns from one helps with the next. */
  String tariff() {
    return providerName + "/" + model;
  }
}
