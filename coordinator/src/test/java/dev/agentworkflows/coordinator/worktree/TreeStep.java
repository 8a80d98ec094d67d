package dev.agentworkflows.coordinator.worktree;

/**
 * One thing that an agent does in its worktree.
 *
 * @param kind a name that tells which kind it is of
 * @param script for sh, each byte as a character of Latin-1
 */
record TreeStep(String kind, String script) {

  /** As it can be shown: bytes that are no plain text in octal. */
  @Override
  public String toString() {
    StringBuilder shown = new StringBuilder(kind).append(": ");
    for (char c : script.toCharArray()) {
      if (c == '\n' || c >= 0x20 && c < 0x7F) {
        shown.append(c);
      } else {
        shown.append('\\').append("%03o".formatted((int) c));
      }
    }
    return shown.toString();
  }
}
