/**
 * Adapters for the agent programs that people have on their machines: {@code claude} and {@code
 * codex}, started headless, one process for each attempt of a call.
 */
@NullMarked
package dev.agentworkflows.adapter.cli;

import org.jspecify.annotations.NullMarked;
