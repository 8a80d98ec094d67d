/** The command line. */
@NullMarked
package dev.agentworkflows.coordinator.cli;

import org.jspecify.annotations.NullMarked;
