package dev.agentworkflows.coordinator.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The pace of each provider, shared by all runs of a coordinator. Thread-safe. */
public final class ProviderRateLimiters {

  private final Map<String, ProviderRateLimiter> paces = new ConcurrentHashMap<>();
  private final LongSupplier clock;
  private final ProviderRateLimiter.Alarm alarm;

  /**
   * @param clock in nanoseconds
   */
  public ProviderRateLimiters(LongSupplier clock, ProviderRateLimiter.Alarm alarm) {
    this.clock = clock;
    this.alarm = alarm;
  }

  /**
   * @param requestsPerMinute 0 for no limit
   * @param tokensPerMinute input and output together; 0 for no limit
   */
  public ProviderRateLimiter of(String provider, long requestsPerMinute, long tokensPerMinute) {
    return paces.computeIfAbsent(
        provider,
        name -> new ProviderRateLimiter(requestsPerMinute, tokensPerMinute, clock, alarm));
  }
}
