package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.cache.CallKey;
import dev.agentworkflows.coordinator.schema.AnswerSchema;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that has its place in the run: nothing in it depends on how it goes on.
 *
 * @param provider null when no adapter has the name that the call asked for
 * @param providerName canonical when the provider is known, else as the script wrote it
 * @param key null exactly when the call is mutating
 * @param occurrence 0 without a key
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
    @Nullable ContinuedCall continued) {

  /** Calls of one tariff cost alike: what the budget learns from one helps with the next. */
  String tariff() {
    return providerName + "/" + model;
  }
}
