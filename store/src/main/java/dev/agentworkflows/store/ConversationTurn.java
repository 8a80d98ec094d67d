package dev.agentworkflows.store;

/** A call of a conversation, and its answer. */
public record ConversationTurn(String prompt, String answer) {}
