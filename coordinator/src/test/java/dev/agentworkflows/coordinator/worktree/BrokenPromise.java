package dev.agentworkflows.coordinator.worktree;

/** The coordinator fell short of what it promises about a worktree. */
final class BrokenPromise extends RuntimeException {

  private static final long serialVersionUID = 1L;

  final String promise;

  BrokenPromise(String promise, String detail) {
    super(promise + ": " + detail);
    this.promise = promise;
  }
}
