/** Providers over HTTP, asked by the real product: limits, keys. */
@NullMarked
package dev.agentworkflows.it.providers;

import org.jspecify.annotations.NullMarked;
