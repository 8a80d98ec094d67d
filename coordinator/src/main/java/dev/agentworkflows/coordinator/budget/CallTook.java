package dev.agentworkflows.coordinator.budget;

import java.math.BigDecimal;

/** What an answered attempt took: calls to come are estimated by it. */
public record CallTook(long inputTokens, long outputTokens, BigDecimal costUsd) {}
