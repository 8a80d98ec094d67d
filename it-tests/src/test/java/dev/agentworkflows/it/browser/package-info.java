/** The pages that people look at, in a real browser. */
@NullMarked
package dev.agentworkflows.it.browser;

import org.jspecify.annotations.NullMarked;
