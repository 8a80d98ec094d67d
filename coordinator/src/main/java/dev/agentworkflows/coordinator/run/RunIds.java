package dev.agentworkflows.coordinator.run;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.random.RandomGenerator;

/** Makes run ids: {@code run_20261122_143201_4f9c1a}. They sort by time. */
final class RunIds {

  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);

  /** The last six digits: 12 bits of the second's fraction, so that ids sort, and 12 at random. */
  private static final int HALF = 1 << 12;

  private RunIds() {}

  static String next(Instant now, RandomGenerator random) {
    long fraction = (long) now.getNano() * HALF / 1_000_000_000L;
    return "run_%s_%06x".formatted(SECOND.format(now), fraction * HALF + random.nextInt(HALF));
  }
}
