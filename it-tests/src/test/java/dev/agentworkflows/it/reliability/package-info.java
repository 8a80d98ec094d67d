/**
 * What must not be lost: runs are killed, disks fill up, budgets are stormed, and what was kept is
 * counted. {@code docs/reliability.md} tells the promises and how to repeat the tests.
 */
@NullMarked
package dev.agentworkflows.it.reliability;

import org.jspecify.annotations.NullMarked;
