/** The user's own coordinator in the background, by the launcher. */
@NullMarked
package dev.agentworkflows.it.up;

import org.jspecify.annotations.NullMarked;
