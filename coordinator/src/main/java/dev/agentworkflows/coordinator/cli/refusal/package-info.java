/** How the command line words what is refused. */
@NullMarked
package dev.agentworkflows.coordinator.cli.refusal;

import org.jspecify.annotations.NullMarked;
