/** What can be asked of batches: one class a use case. */
@NullMarked
package dev.agentworkflows.coordinator.app.batch;

import org.jspecify.annotations.NullMarked;
