package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * An answer that may stand in for a call with the same key and occurrence.
 *
 * @param callId the call that was paid for
 * @param provider whose answer it is
 * @param model the provider's own name of the model that answered
 */
public record RememberedResult(
    String callId,
    String provider,
    @Nullable String model,
    @Nullable String text,
    @Nullable String valueJson,
    @Nullable ValidationStatus validationStatus) {}
