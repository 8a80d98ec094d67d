/**
 * Git worktrees for calls that edit files: made, looked through for work, given back. The {@code
 * git} program does it all, so that hooks, filters and sparse checkouts behave as users expect.
 */
@NullMarked
package dev.agentworkflows.coordinator.worktree;

import org.jspecify.annotations.NullMarked;
