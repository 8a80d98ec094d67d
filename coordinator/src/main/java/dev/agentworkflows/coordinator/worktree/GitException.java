package dev.agentworkflows.coordinator.worktree;

/** Something that git, or the file system under it, would not do; for people to read. */
public final class GitException extends Exception {

  private static final long serialVersionUID = 1L;

  GitException(String message) {
    super(message);
  }

  GitException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
