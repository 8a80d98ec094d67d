/**
 * What is recorded of runs: three faces, and SQLite behind them. Knows nothing of the coordinator.
 */
@NullMarked
package dev.agentworkflows.store;

import org.jspecify.annotations.NullMarked;
