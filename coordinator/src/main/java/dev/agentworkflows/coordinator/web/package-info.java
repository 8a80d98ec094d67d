/** The web view: pages on loopback that show runs while they go on. */
@NullMarked
package dev.agentworkflows.coordinator.web;

import org.jspecify.annotations.NullMarked;
