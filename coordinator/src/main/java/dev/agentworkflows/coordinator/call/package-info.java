/** The way of one agent call, step by step. */
@NullMarked
package dev.agentworkflows.coordinator.call;

import org.jspecify.annotations.NullMarked;
