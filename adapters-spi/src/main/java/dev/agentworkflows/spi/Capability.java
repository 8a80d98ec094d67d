package dev.agentworkflows.spi;

/** What an adapter can do beyond answering a prompt with text. */
public enum Capability {
  /**
   * It passes {@link AgentCall#schemaJson()} on in a way of the provider's own, or in words where
   * the schema does not fit that way ({@link SchemaPrompt}). For adapters without it, the
   * coordinator writes the schema into the prompt.
   */
  NATIVE_SCHEMA,
  /** Its agent can edit files below {@link AgentCall#workingDirectory()}. */
  EDITS_FILES,
  /** It has a {@link BatchApi}; since level 2. */
  BATCHES,
  /**
   * Its answers say what they cost ({@link AgentReply#costUsd()}), so that a budget of money needs
   * no price of its models; since level 3.
   */
  REPORTS_COST,
  /** It passes {@link CallOptions#system()} on; since level 5, as all that follow. */
  SYSTEM,
  /** It passes {@link CallOptions#effort()} on. */
  EFFORT,
  /** It lets its agent use {@link CallOptions#tools()} alone. */
  TOOLS,
  /** It gives its agent the tools of {@link CallOptions#mcpServers()}. */
  MCP_SERVERS,
  /** It passes images of {@link CallOptions#files()} on. */
  IMAGES,
  /** It passes PDFs of {@link CallOptions#files()} on. */
  PDFS,
  /** Its agent stops by itself at {@link CallContext#maxCostUsd()}. */
  COST_LIMIT,
  /**
   * It passes {@link Conversation#turns()} on as messages of their own. For adapters without it,
   * the coordinator writes the earlier turns into the prompt.
   */
  HISTORY,
  /**
   * Its provider keeps conversations: replies tell theirs ({@link AgentReply#session}), and a call
   * that comes with a {@link Conversation#session()} goes on in that one.
   */
  SESSIONS
}
