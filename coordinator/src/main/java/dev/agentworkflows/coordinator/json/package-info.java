/**
 * The few things that all of the coordinator says about JSON: how it is read, written, and made
 * canonical.
 */
@NullMarked
package dev.agentworkflows.coordinator.json;

import org.jspecify.annotations.NullMarked;
