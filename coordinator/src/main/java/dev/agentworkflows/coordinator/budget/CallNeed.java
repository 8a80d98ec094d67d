package dev.agentworkflows.coordinator.budget;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call before it goes out.
 *
 * @param tariff whose calls cost alike: provider and model
 * @param promptTokens what its own prompt takes, by {@link TokenEstimate}
 * @param maxAnswerTokens what its answer is limited to; null for no limit
 * @param agent whether an agent works on it, which reads and writes far more than prompt and answer
 * @param inputUsd what a million tokens of input cost at most; null where there is no price
 * @param outputUsd the same for the output
 */
public record CallNeed(
    String tariff,
    long promptTokens,
    @Nullable Long maxAnswerTokens,
    boolean agent,
    @Nullable BigDecimal inputUsd,
    @Nullable BigDecimal outputUsd) {

  /** A call of which nothing is known but its prompt. */
  public static CallNeed of(String tariff, long promptTokens) {
    return new CallNeed(tariff, promptTokens, null, false, null, null);
  }
}
