/** The Model Context Protocol: tools and resources for agents that run workflows themselves. */
@NullMarked
package dev.agentworkflows.coordinator.mcp;

import org.jspecify.annotations.NullMarked;
