/** How numbers, times and the texts of others are written for people. Knows no other package. */
@NullMarked
package dev.agentworkflows.coordinator.text;

import org.jspecify.annotations.NullMarked;
