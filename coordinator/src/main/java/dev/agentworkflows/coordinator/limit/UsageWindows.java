package dev.agentworkflows.coordinator.limit;

import dev.agentworkflows.spi.UsageWindow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How full the windows of logins are, and how many calls at once that leaves to them: all as long
 * as less than 0.9 of each window is used, from there on in proportion to what is left, and one at
 * last. So a wide fan-out reaches a limit with one call or two, and not with all that it has out.
 * Thread-safe.
 */
public final class UsageWindows {

  private static final double SLOW_FROM = 0.9;

  /** Some windows may be used beyond their end; who says more than this counts in another way. */
  private static final double MAX_UTILIZATION = 1.5;

  /** How long a reading holds whose reset nobody knows: the answers bring newer ones. */
  private static final Duration DEFAULT_VALIDITY = Duration.ofMinutes(15);

  private static final int MAX_WINDOWS = 8;
  private static final int MAX_NAME = 40;

  /**
   * The fullest window of a login that is slowed down.
   *
   * @param until when the reading ends
   * @param resetKnown whether the provider named that time
   */
  public record Slowed(String window, double utilization, Instant until, boolean resetKnown) {

    /** How many calls may be out of those that the login's provider is allowed. */
    public int atOnce(int concurrency) {
      double left = Math.max(0, 1 - utilization) / (1 - SLOW_FROM);
      // Half a billionth: 0.95 leaves 4 of 8, though no binary fraction is 0.95.
      return (int) Math.max(1, Math.min(concurrency, Math.floor(concurrency * left + 5e-10)));
    }
  }

  private final Clock clock;
  private final Map<String, Map<String, Slowed>> readings = new HashMap<>();

  public UsageWindows(Clock clock) {
    this.clock = clock;
  }

  /** The latest reading of a window counts; one that makes no sense counts for nothing. */
  public synchronized void record(String login, UsageWindow window) {
    double used = window.utilization();
    if (!(used >= 0 && used <= MAX_UTILIZATION)) {
      return;
    }
    Instant now = clock.instant();
    Instant resetsAt = window.resetsAt();
    if (resetsAt != null && !resetsAt.isAfter(now)) {
      return; // Of a window that is over.
    }
    boolean resetKnown = resetsAt != null && UsageHold.isPlausible(resetsAt, now);
    Instant until = resetKnown && resetsAt != null ? resetsAt : now.plus(DEFAULT_VALIDITY);
    String name =
        window.name().length() > MAX_NAME ? window.name().substring(0, MAX_NAME) : window.name();
    readings
        .computeIfAbsent(login, first -> new Bounded())
        .put(name, new Slowed(name, used, until, resetKnown));
  }

  /** Empty where the login is not slowed down. */
  public synchronized Optional<Slowed> of(String login) {
    Map<String, Slowed> windows = readings.get(login);
    if (windows == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    windows.values().removeIf(window -> !now.isBefore(window.until()));
    Slowed fullest = null;
    for (Slowed window : windows.values()) {
      if (window.utilization() >= SLOW_FROM
          && (fullest == null || window.utilization() > fullest.utilization())) {
        fullest = window;
      }
    }
    return Optional.ofNullable(fullest);
  }

  /** How many calls may be out at once to a provider with this login. */
  public int atOnce(String login, int concurrency) {
    return of(login).map(slowed -> slowed.atOnce(concurrency)).orElse(concurrency);
  }

  /** No adapter's invention of names takes more than so much. */
  private static final class Bounded extends LinkedHashMap<String, Slowed> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.@Nullable Entry<String, Slowed> eldest) {
      return size() > MAX_WINDOWS;
    }
  }
}
