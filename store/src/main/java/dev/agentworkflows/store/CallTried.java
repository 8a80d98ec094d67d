package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * A call whose provider could not answer goes on to the next one.
 *
 * @param provider the one that is asked now
 * @param model null when that provider chooses by itself
 * @param triedJson those that could not answer, as a JSON array
 */
public record CallTried(String callId, String provider, @Nullable String model, String triedJson) {}
