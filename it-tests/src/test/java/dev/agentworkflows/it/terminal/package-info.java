/** What people see on a real terminal. */
@NullMarked
package dev.agentworkflows.it.terminal;

import org.jspecify.annotations.NullMarked;
