package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.UsageLimit;
import java.time.Clock;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an agent program's own words about a failure mean for another try. */
public final class FailureWords {

  private static final Pattern STATUS =
      words("\\b(?:status|status code|HTTP|API Error:)\\b?\\D{0,20}\\b([1-5]\\d\\d)\\b");

  /** No wait fills an account. */
  private static final Pattern EXHAUSTED =
      words(
          "out of credits|specified API usage limits|credits? required|credit balance is too low|quota exceeded"
              + "|exceeded your current quota|check your plan and billing|payment required"
              + "|extra usage is required|spend(?:ing)? (?:cap|limit)"
              + "|insufficient[_ ](?:account |user[_ ])?(?:quota|balance|credits?|funds)"
              + "|exceeded_current_quota|billing_(?:not_active|hard_limit_reached|error|disabled)"
              + "|account is not active|account.{0,60}(?:suspended|in arrears|overdue)");

  /** A person has to log in, or to name a key, before the program can do anything. */
  private static final Pattern NO_LOGIN =
      words(
          "(?:please )?run /login|\\bcodex login\\b|not logged in|missing bearer|missing environment variable");

  /** No wait makes a prompt shorter. */
  private static final Pattern TOO_LONG =
      words(
          "context_length_exceeded|maximum context length"
              + "|context window|prompt is too long|input is too long|context length");

  /** What a login may take in hours or days, unlike what is allowed at a time. */
  private static final Pattern USAGE_LIMIT =
      words(
          "usage_limit_reached|limit reached\\|\\d{10}"
              + "|\\b(?:usage|session|daily|weekly|monthly|(?:\\d+|five)[ -]hours?|opus|sonnet) limit"
              + "|hit your (?!rate|context)(?:[\\w-]+ ){0,3}limit\\b"
              + "|exhausted your (?:daily|capacity)|quota will reset");

  private static final Pattern LIMIT = words("rate.?limit|too many requests|limit reached");

  /** Of a server that takes nothing more at the moment, unlike one that failed at its work. */
  private static final Pattern OVERLOAD = words("overloaded|at capacity|high demand");

  private static final Pattern PASSING =
      words(
          "temporary errors|stream disconnected|stream closed|socket hang up|network error"
              + "|EAI_AGAIN|ENOTFOUND|EPIPE|dns error|gateway timeout"
              + "|connection (?:failed|reset|refused|closed|error)|error sending request"
              + "|timed? ?out|internal server error|service unavailable|bad gateway"
              + "|unable to connect|request was aborted|fetch failed|ECONNRESET|ECONNREFUSED|ETIMEDOUT");

  private FailureWords() {}

  /** What they mean; {@link Kind#USAGE_LIMITED} for a limit of which {@link #usageLimit} tells. */
  public static Kind kind(String message) {
    Kind lasting = lasting(message);
    if (lasting != null) {
      return lasting;
    }
    if (USAGE_LIMIT.matcher(message).find()) {
      return Kind.USAGE_LIMITED;
    }
    Matcher status = STATUS.matcher(message);
    if (status.find()) {
      return HttpStatus.kind(Integer.parseInt(status.group(1)));
    }
    if (LIMIT.matcher(message).find()) {
      return Kind.RATE_LIMITED;
    }
    return tellOfOverload(message) || PASSING.matcher(message).find()
        ? Kind.TRANSIENT
        : Kind.PERMANENT;
  }

  /** Whether a server took nothing more: by its status for that, or in words. */
  static boolean tellOfOverload(String message) {
    Matcher status = STATUS.matcher(message);
    return OVERLOAD.matcher(message).find()
        || (status.find() && Integer.parseInt(status.group(1)) == HttpStatus.OVERLOADED);
  }

  /** The kind of a failure that stays, whatever the status beside it; null for another. */
  public static @Nullable Kind lasting(String message) {
    if (EXHAUSTED.matcher(message).find()) {
      return Kind.EXHAUSTED;
    }
    if (NO_LOGIN.matcher(message).find()) {
      return Kind.UNAVAILABLE;
    }
    return TOO_LONG.matcher(message).find() ? Kind.PERMANENT : null;
  }

  /** Of a message about a login's limit: when it resets, as far as it says so. */
  public static UsageLimit usageLimit(String message, boolean nothingBegan) {
    Instant resetsAt = new ResetTime(Clock.systemDefaultZone()).in(message).orElse(null);
    return UsageLimit.until(resetsAt, nothingBegan);
  }

  private static Pattern words(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }
}
