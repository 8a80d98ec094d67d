/** What a run may spend: reserved before a call goes out, settled after. */
@NullMarked
package dev.agentworkflows.coordinator.budget;

import org.jspecify.annotations.NullMarked;
