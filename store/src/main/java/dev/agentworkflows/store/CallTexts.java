package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * The texts of a call; a hit has those of the call that answered it.
 *
 * @param text the answer; null while there is none
 * @param valueJson the validated answer; null without a schema
 */
public record CallTexts(
    String prompt, @Nullable String text, @Nullable String valueJson, @Nullable String error) {}
