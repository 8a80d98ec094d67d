package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.limit.ConcurrencyLimiter;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiter;
import dev.agentworkflows.coordinator.limit.ProviderRateLimiters;
import dev.agentworkflows.coordinator.limit.UsageHolds;
import dev.agentworkflows.coordinator.limit.UsageWindows;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What the calls of all pipelines of a process share, whoever started their runs: places at a
 * provider, its pace, and how much of a login's usage windows is used. Providers of one name that
 * are asked with other keys, or allow other numbers, share nothing. Thread-safe.
 */
public final class SharedLimits implements AutoCloseable {

  /** In the home: which logins have reached their usage limit, and until when. */
  private static final String HELD_CALLS = "usage-limits.json";

  private final Timing timing = new Timing();
  private final ConcurrencyLimiter permits = new ConcurrencyLimiter(timing::after);
  private final ProviderRateLimiters paces =
      new ProviderRateLimiters(System::nanoTime, timing::after);
  private final Map<Path, HomesHolds> holds = new HashMap<>();
  private final Clock clock;
  private final UsageWindows windows;

  public SharedLimits(Clock clock) {
    this.clock = clock;
    this.windows = new UsageWindows(clock);
  }

  /** Of a home that so many pipelines use. */
  private static final class HomesHolds {
    private final UsageHolds holds;
    private int users;

    private HomesHolds(UsageHolds holds) {
      this.holds = holds;
    }
  }

  /** To be given back: another process may write the home's file when no pipeline uses it here. */
  synchronized UsageHolds holdsOf(Path home) {
    HomesHolds shared =
        holds.computeIfAbsent(
            home,
            place ->
                new HomesHolds(new UsageHolds(clock, timing::after, place.resolve(HELD_CALLS))));
    shared.users++;
    return shared.holds;
  }

  synchronized void giveBackHoldsOf(Path home) {
    HomesHolds shared = holds.get(home);
    if (shared != null && --shared.users == 0) {
      holds.remove(home);
    }
  }

  /** Waits for a place at a provider, of which fewer may be free while its windows are full. */
  CompletableFuture<ConcurrencyLimiter.Permit> permit(Provider provider, String run) {
    return permits.acquire(
        provider.name() + " " + provider.account() + " " + provider.concurrency(),
        provider.concurrency(),
        () -> windows.atOnce(provider.account(), provider.concurrency()),
        run);
  }

  /** Waits for one of so many places of a kind that is no provider's. */
  CompletableFuture<ConcurrencyLimiter.Permit> permit(String kind, int limit, String run) {
    return permits.acquire(kind + " " + limit, limit, run);
  }

  ProviderRateLimiter pace(Provider provider) {
    long requests = provider.requestsPerMinute();
    long tokens = provider.tokensPerMinute();
    return paces.of(
        provider.name() + " " + provider.account() + " " + requests + " " + tokens,
        requests,
        tokens);
  }

  UsageWindows windows() {
    return windows;
  }

  @Override
  public void close() {
    timing.close();
  }
}
