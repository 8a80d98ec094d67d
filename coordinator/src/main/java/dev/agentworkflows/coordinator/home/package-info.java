/** The directory that a user's runs live in. */
@NullMarked
package dev.agentworkflows.coordinator.home;

import org.jspecify.annotations.NullMarked;
