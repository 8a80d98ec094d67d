package dev.agentworkflows.coordinator.worktree;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** Names that mean something to git. */
final class GitNames {

  private GitNames() {}

  /**
   * Whether one of a name's parts is {@code .git} on some file system: it would make a repository,
   * with a configuration of its own, where it is brought.
   */
  static boolean hasDotGit(String name) {
    return Arrays.stream(name.split("[/\\\\]")).anyMatch(GitNames::isDotGit);
  }

  private static boolean isDotGit(String part) {
    StringBuilder visible = new StringBuilder();
    part.codePoints().filter(c -> !isIgnoredByHfs(c)).forEach(visible::appendCodePoint);
    String plain = visible.toString().toLowerCase(Locale.ROOT);
    int stream = plain.indexOf(':');
    if (stream > 0) {
      plain = plain.substring(0, stream);
    }
    int end = plain.length();
    while (end > 0 && (plain.charAt(end - 1) == '.' || plain.charAt(end - 1) == ' ')) {
      end--;
    }
    plain = plain.substring(0, end);
    return plain.equals(".git") || plain.equals("git~1");
  }

  private static boolean isIgnoredByHfs(int c) {
    return c >= 0x200C && c <= 0x200F
        || c >= 0x202A && c <= 0x202E
        || c >= 0x206A && c <= 0x206F
        || c == 0xFEFF;
  }

  /** The one of some directories that a name is in, or is; empty when it is in none. */
  static String rootOf(String name, Collection<String> directories) {
    if (directories.isEmpty()) {
      return "";
    }
    for (int end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
      String root = name.substring(0, end);
      if (directories.contains(root)) {
        return root;
      }
    }
    return "";
  }
}
