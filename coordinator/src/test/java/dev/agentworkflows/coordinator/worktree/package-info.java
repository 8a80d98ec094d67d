@NullMarked
package dev.agentworkflows.coordinator.worktree;

import org.jspecify.annotations.NullMarked;
