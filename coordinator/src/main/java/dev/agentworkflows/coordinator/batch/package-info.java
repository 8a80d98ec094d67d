/** Batches: many prompts handed to a provider at once, for half the price and some hours' wait. */
@NullMarked
package dev.agentworkflows.coordinator.batch;

import org.jspecify.annotations.NullMarked;
