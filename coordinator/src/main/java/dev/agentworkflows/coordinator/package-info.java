/** What every package of the coordinator may use. */
@NullMarked
package dev.agentworkflows.coordinator;

import org.jspecify.annotations.NullMarked;
