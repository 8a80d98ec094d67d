/** Google's generateContent API for the Gemini models. */
@NullMarked
package dev.agentworkflows.adapter.gemini;

import org.jspecify.annotations.NullMarked;
