package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.limit.LimitReachedException;
import dev.agentworkflows.coordinator.limit.UsageWait;
import dev.agentworkflows.coordinator.limit.UsageWindows;
import dev.agentworkflows.coordinator.text.Figures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** What people read of a usage limit: times are those of this machine's clock. */
final class LimitWords {

  /** A shorter wait is told to the second. */
  private static final Duration SHORT = Duration.ofMinutes(2);

  private final Clock clock;
  private final ZoneId zone;

  LimitWords(Clock clock, ZoneId zone) {
    this.clock = clock;
    this.zone = zone;
  }

  /** What a call waits for; follows the words "waits for". */
  String reason(String provider, UsageWait wait) {
    if (!wait.until().isAfter(clock.instant())) {
      return "the first answers of " + provider + " after its usage limit";
    }
    return wait.told()
        ? "%s's usage limit (waiting until %s)".formatted(provider, time(wait.until()))
        : "%s's usage limit (it does not say when it resets; asked again at %s)"
            .formatted(provider, time(wait.until()));
  }

  /** What is told to a run once. */
  String event(String provider, UsageWait wait) {
    return wait.told()
        ? "%s has reached its usage limit: calls to it are waiting until %s"
            .formatted(provider, time(wait.until()))
        : "%s has reached its usage limit and does not say when it resets: it is asked again at %s"
            .formatted(provider, time(wait.until()));
  }

  /** Why fewer calls go out at once than may. */
  String slowed(String provider, int concurrency, UsageWindows.Slowed slowed) {
    return "%s: %s. For now %d of %d calls to it go out at once, fewer as it fills up%s"
        .formatted(
            provider,
            used(slowed),
            slowed.atOnce(concurrency),
            concurrency,
            slowed.resetKnown() ? ", until it resets at " + time(slowed.until()) : "");
  }

  /** What a call waits for while others are out; follows the words "waits for". */
  String place(String provider, int concurrency, Optional<UsageWindows.Slowed> slowed) {
    String place = "a free place at " + provider;
    return slowed
        .map(window ->
            "%s (%d at once: %s)".formatted(place, window.atOnce(concurrency), used(window)))
        .orElseGet(() -> "%s (%d at once)".formatted(place, concurrency));
  }

  /** Never 100 % before all is used. */
  private static String used(UsageWindows.Slowed slowed) {
    return "%d %% of its usage limit %s are used"
        .formatted((int) Math.floor(slowed.utilization() * 100 + 1e-6), slowed.window());
  }

  /** Why a call fails that could not wait. */
  String failure(String provider, LimitReachedException limit, Duration patience) {
    return reached(provider, limit.resetsAt()) + "; " + waits(patience);
  }

  /** How long calls of the run wait. */
  String waits(Duration patience) {
    return patience.isZero()
        ? "this run does not wait for limits (wait_for_limits is 0)"
        : "this run waits %s for limits (wait_for_limits)".formatted(Figures.duration(patience));
  }

  /** Why a provider that has others behind it is not asked now. */
  String reached(String provider, Optional<Instant> resetsAt) {
    return resetsAt
        .map(at ->
            "%s has reached its usage limit and takes calls again at %s"
                .formatted(provider, time(at)))
        .orElseGet(() ->
            "%s has reached its usage limit and does not say when it resets".formatted(provider));
  }

  private String time(Instant instant) {
    ZonedDateTime now = clock.instant().atZone(zone);
    boolean soon = instant.isBefore(now.toInstant().plus(SHORT));
    ZonedDateTime at = instant.atZone(zone);
    ZonedDateTime minute = at.truncatedTo(ChronoUnit.MINUTES);
    if (!soon && minute.isBefore(at)) {
      at = minute.plusMinutes(1);
    }
    String day = at.toLocalDate().equals(now.toLocalDate()) ? "" : "MMM d, ";
    return at.format(
        DateTimeFormatter.ofPattern(day + (soon ? "HH:mm:ss" : "HH:mm"), Locale.ENGLISH));
  }
}
