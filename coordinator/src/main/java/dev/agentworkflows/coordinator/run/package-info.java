/** A run's life: opened, closed, resumed, found interrupted, removed by {@code gc}. */
@NullMarked
package dev.agentworkflows.coordinator.run;

import org.jspecify.annotations.NullMarked;
