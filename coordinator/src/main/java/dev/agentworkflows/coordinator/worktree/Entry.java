package dev.agentworkflows.coordinator.worktree;

import java.util.Locale;

/**
 * One place of a file tree, as it lies on the disk or in git.
 *
 * @param id of a file's bytes or a link's target as git's blob, without any conversion; a
 *     submodule's commit; empty for what has none
 */
record Entry(Kind kind, boolean executable, String id) {

  enum Kind {
    FILE,
    LINK,
    SUBMODULE,
    /** A pipe, a socket, a device, a repository of an agent's, a merge that is not resolved. */
    OTHER
  }

  static Entry file(boolean executable, String id) {
    return new Entry(Kind.FILE, executable, id);
  }

  static Entry other() {
    return new Entry(Kind.OTHER, false, "");
  }

  /** By git's mode. */
  static Entry of(String mode, String id) {
    return switch (mode) {
      case "100644", "100664" -> file(false, id);
      case "100755" -> file(true, id);
      case "120000" -> new Entry(Kind.LINK, false, id);
      case "160000" -> new Entry(Kind.SUBMODULE, false, id);
      default -> other();
    };
  }

  String mode() {
    return switch (kind) {
      case FILE -> executable ? "100755" : "100644";
      case LINK -> "120000";
      case SUBMODULE -> "160000";
      case OTHER -> "000000";
    };
  }

  boolean isContent() {
    return kind == Kind.FILE || kind == Kind.LINK;
  }

  Entry withExecutable(boolean on) {
    return new Entry(kind, on, id);
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + " " + mode() + " " + id;
  }
}
