/** The gRPC edge: it translates between the wire and the domain, and decides nothing. */
@NullMarked
package dev.agentworkflows.coordinator.rpc;

import org.jspecify.annotations.NullMarked;
