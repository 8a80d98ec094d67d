/** A run's life: opened, closed, resumed, found interrupted. */
@NullMarked
package dev.agentworkflows.coordinator.run;

import org.jspecify.annotations.NullMarked;
