/** How a run that goes on looks to people: what is shown, how it is drawn, and the terminal. */
@NullMarked
package dev.agentworkflows.coordinator.progress;

import org.jspecify.annotations.NullMarked;
