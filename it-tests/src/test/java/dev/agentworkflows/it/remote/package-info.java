/**
 * A coordinator on another machine, as far as loopback and a wire that can be cut stand for one.
 */
@NullMarked
package dev.agentworkflows.it.remote;

import org.jspecify.annotations.NullMarked;
