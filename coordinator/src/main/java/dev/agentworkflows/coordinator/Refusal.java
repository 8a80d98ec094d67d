package dev.agentworkflows.coordinator;

/**
 * Why a request is refused: facts. Each frontend adds in its own words how its users go on, since a
 * command line, a tool of MCP and a page have different names for that.
 */
public sealed interface Refusal
    permits BatchRefusal,
        FileRefusal,
        HomeRefusal,
        InstallRefusal,
        PriceRefusal,
        ProviderRefusal,
        RunRefusal,
        ScriptRefusal,
        ServerRefusal,
        SessionRefusal,
        UpRefusal,
        WorktreeRefusal {

  /** The facts in one sentence, without a full stop and without a name of any frontend's. */
  String text();

  /**
   * The facts, and what a frontend adds to them. A fact that another program worded may end with a
   * full stop of its own.
   *
   * @param more begins with what ends the sentence
   */
  default String followedBy(String more) {
    String facts = text();
    return facts.endsWith(".") && more.startsWith(".") ? facts + more.substring(1) : facts + more;
  }
}
