/**
 * Agent programs that speak the Agent Client Protocol, version 1: JSON-RPC in lines over their
 * standard input and output. One process and one session for each attempt of a call.
 */
@NullMarked
package dev.agentworkflows.adapter.acp;

import org.jspecify.annotations.NullMarked;
