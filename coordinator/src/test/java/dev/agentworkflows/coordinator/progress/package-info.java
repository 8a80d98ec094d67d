@NullMarked
package dev.agentworkflows.coordinator.progress;

import org.jspecify.annotations.NullMarked;
