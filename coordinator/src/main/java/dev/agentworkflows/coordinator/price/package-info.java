/** What tokens cost: the built-in price table, and over it what a user downloaded and wrote. */
@NullMarked
package dev.agentworkflows.coordinator.price;

import org.jspecify.annotations.NullMarked;
