/** The command line. */
@NullMarked
package dev.agentworkflows.coordinator.cli.doctor;

import org.jspecify.annotations.NullMarked;
