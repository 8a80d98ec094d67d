/**
 * The truth about runs: SQLite through Jdbi. Knows rows and statements, nothing of the coordinator.
 */
@NullMarked
package dev.agentworkflows.store;

import org.jspecify.annotations.NullMarked;
