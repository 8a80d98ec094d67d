package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What was paid to one provider for one model on one day.
 *
 * @param day in UTC
 * @param model null where nobody named one
 * @param calls those whose provider was asked, however they ended
 * @param unpricedCalls those of them whose cost nobody knows; {@code costUsd} is without them
 * @param inputTokens all tokens read, cached ones included
 * @param cacheReadTokens the part of the input that came from the provider's own prompt cache
 * @param cacheWriteTokens the part of the input that went into it
 */
public record UsageRecord(
    LocalDate day,
    String provider,
    @Nullable String model,
    long calls,
    long unpricedCalls,
    long inputTokens,
    long outputTokens,
    long cacheReadTokens,
    long cacheWriteTokens,
    BigDecimal costUsd) {}
