/** Isolated calls through the real jar, with agents that are shell scripts. */
@NullMarked
package dev.agentworkflows.it.isolation;

import org.jspecify.annotations.NullMarked;
