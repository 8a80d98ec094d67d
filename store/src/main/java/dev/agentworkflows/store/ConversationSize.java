package dev.agentworkflows.store;

/**
 * How long a conversation is.
 *
 * @param turns how many calls it has, or the limit of the question plus one
 * @param bytes of their prompts and answers, in UTF-8
 * @param whole whether none of them has been removed
 * @param first a number of the call that it began with, which no other conversation has
 */
public record ConversationSize(int turns, long bytes, boolean whole, long first) {}
