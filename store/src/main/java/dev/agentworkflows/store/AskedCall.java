package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * Whom a call asks, and on which terms; its prompt is kept apart, since it may be large.
 *
 * @param model null where the provider chooses one and has not named it
 * @param schemaHash null for an answer in free text
 * @param continues the id of the call in whose conversation it goes on; null when it begins one
 */
public record AskedCall(
    String provider,
    @Nullable String model,
    @Nullable String agentType,
    Isolation isolation,
    boolean mutating,
    @Nullable String schemaHash,
    @Nullable String continues) {}
