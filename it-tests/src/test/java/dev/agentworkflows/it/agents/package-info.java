/** The real agent programs, answered by a model on loopback. */
@NullMarked
package dev.agentworkflows.it.agents;

import org.jspecify.annotations.NullMarked;
