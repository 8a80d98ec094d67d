package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an agent program's own words about a failure mean for another try. */
public final class FailureWords {

  private static final Pattern STATUS =
      words("\\b(?:status|status code|HTTP|API Error:)\\b?\\D{0,20}\\b([1-5]\\d\\d)\\b");

  /** No wait fills an account, nor makes a prompt shorter. */
  private static final Pattern LASTING =
      words(
          "out of credits|credits? required|credit balance is too low|quota exceeded"
              + "|exceeded your current quota|check your plan and billing|payment required"
              + "|extra usage is required|spend(?:ing)? (?:cap|limit)"
              + "|insufficient[_ ](?:account |user[_ ])?(?:quota|balance|credits?|funds)"
              + "|exceeded_current_quota|billing_(?:not_active|hard_limit_reached|error|disabled)"
              + "|account is not active|account.{0,60}(?:suspended|in arrears|overdue)"
              + "|context_length_exceeded|maximum context length"
              + "|context window|prompt is too long|input is too long|context length");

  private static final Pattern LIMIT =
      words("rate.?limit|(?:usage|session|weekly|daily) limit|too many requests|limit reached");

  private static final Pattern PASSING =
      words(
          "overloaded|at capacity|high demand|temporary errors|stream disconnected|stream closed"
              + "|socket hang up|network error|EAI_AGAIN|ENOTFOUND|EPIPE|dns error|gateway timeout"
              + "|connection (?:failed|reset|refused|closed|error)|error sending request"
              + "|timed? ?out|internal server error|service unavailable|bad gateway"
              + "|unable to connect|request was aborted|fetch failed|ECONNRESET|ECONNREFUSED|ETIMEDOUT");

  private FailureWords() {}

  public static Kind kind(String message) {
    if (LASTING.matcher(message).find()) {
      return Kind.PERMANENT;
    }
    Matcher status = STATUS.matcher(message);
    if (status.find()) {
      return HttpStatus.kind(Integer.parseInt(status.group(1)));
    }
    if (LIMIT.matcher(message).find()) {
      return Kind.RATE_LIMITED;
    }
    return PASSING.matcher(message).find() ? Kind.TRANSIENT : Kind.PERMANENT;
  }

  /** Whether it is one of those that stay, whatever the status beside it. */
  public static boolean lasting(String message) {
    return LASTING.matcher(message).find();
  }

  private static Pattern words(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }
}
