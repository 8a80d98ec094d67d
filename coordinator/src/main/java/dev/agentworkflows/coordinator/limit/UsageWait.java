package dev.agentworkflows.coordinator.limit;

import java.time.Instant;

/**
 * What a call is told that waits for a login.
 *
 * @param until when the login is asked again; it may be over, while the first calls are out
 * @param told whether the provider named that time
 */
public record UsageWait(Instant until, boolean told) {}
