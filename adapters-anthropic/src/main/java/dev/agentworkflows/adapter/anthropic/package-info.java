/** Anthropic's Messages API. */
@NullMarked
package dev.agentworkflows.adapter.anthropic;

import org.jspecify.annotations.NullMarked;
