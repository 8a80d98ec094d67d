/** Providers by name, and the built-in {@code fake} one. */
@NullMarked
package dev.agentworkflows.coordinator.adapter;

import org.jspecify.annotations.NullMarked;
