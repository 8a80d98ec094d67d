/** Adapters of third parties, in the real jar. */
@NullMarked
package dev.agentworkflows.it.adapters;

import org.jspecify.annotations.NullMarked;
