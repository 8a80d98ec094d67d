/** What servers on loopback share: bounds, who may ask, streams of events. */
@NullMarked
package dev.agentworkflows.coordinator.http;

import org.jspecify.annotations.NullMarked;
