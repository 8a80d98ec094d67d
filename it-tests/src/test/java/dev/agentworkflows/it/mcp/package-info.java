/** The product as agents meet it: over the Model Context Protocol. */
@NullMarked
package dev.agentworkflows.it.mcp;

import org.jspecify.annotations.NullMarked;
