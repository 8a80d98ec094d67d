/** What a call asks for besides its prompt: system text, effort, tools, MCP servers, files. */
@NullMarked
package dev.agentworkflows.coordinator.option;

import org.jspecify.annotations.NullMarked;
