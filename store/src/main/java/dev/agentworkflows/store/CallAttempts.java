package dev.agentworkflows.store;

/**
 * How often the provider was asked, and how long that took.
 *
 * @param queueMs waiting for budget and permits, milliseconds
 * @param durationMs the provider's time alone, milliseconds
 */
public record CallAttempts(int count, long queueMs, long durationMs) {}
