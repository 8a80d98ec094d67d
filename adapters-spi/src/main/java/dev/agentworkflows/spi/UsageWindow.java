package dev.agentworkflows.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much of a login's window is used, as of the five hours of a subscription, before its limit is
 * reached. What makes no sense is no reading: the coordinator passes it over.
 *
 * @param name the provider's word for the window, for people as well: {@code five_hour}
 * @param utilization 0 where nothing is used, 1 where all is
 * @param resetsAt when the window is empty again; null when nobody says
 * @since level 5
 */
public record UsageWindow(String name, double utilization, @Nullable Instant resetsAt) {}
