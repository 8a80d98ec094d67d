package dev.agentworkflows.store;

/**
 * A read-only call of an earlier run, as far as a later run needs it to find its own answers.
 *
 * @param place where in the script's structure it was made
 * @param keyStart the first 64 bits of its key
 * @param answer the number of the call that was paid for its answer, for {@link RunReader#answer};
 *     0 when it has none that may stand in
 */
public record PlacedCall(long place, long keyStart, long answer) {}
