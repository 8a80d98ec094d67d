package dev.agentworkflows.spi;

import org.jspecify.annotations.Nullable;

/**
 * One question of a batch. Immutable.
 *
 * @param customId unlike that of any other item of the batch; results are told by it
 * @param model null when nobody names one: the provider's own choice
 * @param system what the model is told before the prompt; null for nothing
 * @param maxTokens how long the answer may be; null for the adapter's own limit
 */
public record BatchItem(
    String customId,
    String prompt,
    @Nullable String model,
    @Nullable String system,
    @Nullable Integer maxTokens) {}
