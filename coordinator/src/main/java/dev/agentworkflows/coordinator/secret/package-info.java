/** Keys: where they come from, who may see them, and what is written in their place. */
@NullMarked
package dev.agentworkflows.coordinator.secret;

import org.jspecify.annotations.NullMarked;
