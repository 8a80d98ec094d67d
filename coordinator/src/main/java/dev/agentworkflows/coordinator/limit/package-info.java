/** How many calls a provider gets at once, and when a refused one is tried again. */
@NullMarked
package dev.agentworkflows.coordinator.limit;

import org.jspecify.annotations.NullMarked;
