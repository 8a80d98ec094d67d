package dev.agentworkflows.coordinator;

/**
 * Why a request is refused: facts. Where a command line, a tool of MCP and a page have different
 * names for how one goes on, each frontend adds that in its own words.
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

  /**
   * The facts, and how one goes on where that is the same everywhere ("move it away"). Without a
   * full stop at its end, and without a name of any frontend's.
   */
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
