/** The user's own coordinator in the background, which carries out commands of other processes. */
@NullMarked
package dev.agentworkflows.coordinator.up;

import org.jspecify.annotations.NullMarked;
