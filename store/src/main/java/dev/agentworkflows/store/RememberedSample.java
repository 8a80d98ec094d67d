package dev.agentworkflows.store;

/**
 * One of the answers that are kept for a key.
 *
 * @param number counts the samples of the key, from 1
 * @param call the number of the call that was paid for: see {@link PlacedCall#answer}
 * @param own the run tree that asks has paid for it
 */
public record RememberedSample(int number, long call, boolean own, RememberedResult result) {}
