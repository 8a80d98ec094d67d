/** Providers over HTTP, asked by the real product: limits, batches, keys. */
@NullMarked
package dev.agentworkflows.it.providers;

import org.jspecify.annotations.NullMarked;
