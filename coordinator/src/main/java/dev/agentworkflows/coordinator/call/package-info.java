/** The call pipeline: from the request for one agent call to its recorded result, step by step. */
@NullMarked
package dev.agentworkflows.coordinator.call;

import org.jspecify.annotations.NullMarked;
