/** Google's generateContent API for the Gemini models. */
@NullMarked
package dev.agentworkflows.gemini;

import org.jspecify.annotations.NullMarked;
