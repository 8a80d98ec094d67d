package dev.agentworkflows.adapter.http;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which quota a refusal of Google's is about, by the details of the error: their {@code quotaId}
 * says whether it is of a minute or of a day. The words beside it, and {@code retryDelay}, are the
 * same for both.
 *
 * @param ofModel whether the models have such a quota each
 */
record GoogleQuota(Span span, boolean ofModel) {

  enum Span {
    /** Nothing is said of a quota. */
    UNKNOWN,
    /** It fills again while one waits. */
    MINUTES,
    DAY,
    /** The plan holds nothing of it: no wait fills it. */
    NOTHING
  }

  private static final GoogleQuota UNKNOWN = new GoogleQuota(Span.UNKNOWN, false);

  private static final Pattern PER_DAY = Pattern.compile("per[_-]?day", Pattern.CASE_INSENSITIVE);
  private static final Pattern PER_MODEL =
      Pattern.compile("per[_-]?(?:base[_-]?)?model", Pattern.CASE_INSENSITIVE);

  /** Days end at midnight there, for everybody. */
  private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

  /** Their clock, or ours, may be wrong by so much. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  /** A day's quota that is told to be used up right after midnight may be yesterday's. */
  private static final Duration LATE = Duration.ofMinutes(30);

  static GoogleQuota of(@Nullable JsonNode body) {
    if (body == null) {
      return UNKNOWN;
    }
    GoogleQuota all = UNKNOWN;
    for (JsonNode detail : body.path("error").path("details")) {
      JsonNode metadata = detail.path("metadata");
      all =
          all.and(
              one(
                  metadata.path("quota_limit"),
                  metadata.path("quota_limit_value"),
                  metadata.path("model")));
      for (JsonNode violation : detail.path("violations")) {
        all =
            all.and(
                one(
                    violation.path("quotaId"),
                    violation.path("quotaValue"),
                    violation.path("quotaDimensions").path("model")));
      }
    }
    return all;
  }

  private static GoogleQuota one(JsonNode id, JsonNode value, JsonNode model) {
    String name = id.isString() ? id.stringValue() : "";
    if (name.isBlank()) {
      return UNKNOWN;
    }
    if (value.isValueNode() && value.asString("").strip().equals("0")) {
      return new GoogleQuota(Span.NOTHING, false);
    }
    boolean ofModel = PER_MODEL.matcher(name).find() || !model.asString("").isBlank();
    return new GoogleQuota(PER_DAY.matcher(name).find() ? Span.DAY : Span.MINUTES, ofModel);
  }

  /** Of two that are used up the one that takes longer to fill; of two alike the wider. */
  private GoogleQuota and(GoogleQuota other) {
    if (span == other.span) {
      return new GoogleQuota(span, ofModel && other.ofModel);
    }
    return span.compareTo(other.span) > 0 ? this : other;
  }

  boolean isDaily() {
    return span == Span.DAY;
  }

  /** When the quota of a day is full again. */
  static Instant resetsAt(Instant now) {
    LocalDate today = now.atZone(PACIFIC).toLocalDate();
    Instant late = today.atStartOfDay(PACIFIC).toInstant().plus(LATE);
    return now.isBefore(late)
        ? late
        : today.plusDays(1).atStartOfDay(PACIFIC).toInstant().plus(MARGIN);
  }
}
