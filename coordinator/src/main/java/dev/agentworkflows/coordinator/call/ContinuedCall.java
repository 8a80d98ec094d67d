package dev.agentworkflows.coordinator.call;

import org.jspecify.annotations.Nullable;

/**
 * The call in whose conversation another goes on.
 *
 * @param answeredBy the id of the call that was paid for its answer: itself, unless it was a hit
 * @param key its call key; null when it was mutating
 * @param provider who was asked
 * @param bytes how long the conversation is, in UTF-8
 * @param conversation which one it is
 */
record ContinuedCall(
    String answeredBy, @Nullable String key, String provider, long bytes, long conversation) {}
