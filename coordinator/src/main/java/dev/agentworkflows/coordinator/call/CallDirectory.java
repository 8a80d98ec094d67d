package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.worktree.Worktree;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a call works.
 *
 * @param worktree the one around {@code directory}, the call's own or another's; null when it works
 *     in the workspace
 */
record CallDirectory(Path directory, @Nullable Worktree worktree) {}
