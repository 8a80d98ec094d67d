/** Anthropic's Messages API. */
@NullMarked
package dev.agentworkflows.anthropic;

import org.jspecify.annotations.NullMarked;
