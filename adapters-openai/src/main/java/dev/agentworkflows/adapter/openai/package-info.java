/** OpenAI's chat completions, as OpenAI and many others serve them. */
@NullMarked
package dev.agentworkflows.adapter.openai;

import org.jspecify.annotations.NullMarked;
