/** What can be asked of a home: one class a use case, which all frontends call. */
@NullMarked
package dev.agentworkflows.coordinator.app;

import org.jspecify.annotations.NullMarked;
