/** Which calls may be reused, and why one was not. */
@NullMarked
package dev.agentworkflows.coordinator.cache;

import org.jspecify.annotations.NullMarked;
