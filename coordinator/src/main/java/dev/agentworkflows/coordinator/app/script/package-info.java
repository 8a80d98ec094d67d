/**
 * Starting, resuming and planning scripts: the use cases that need a script's process, and what
 * carries runs in this process.
 */
@NullMarked
package dev.agentworkflows.coordinator.app.script;

import org.jspecify.annotations.NullMarked;
