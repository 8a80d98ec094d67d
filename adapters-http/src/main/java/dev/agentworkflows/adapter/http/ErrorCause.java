package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException.Kind;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a provider answered with an error. Its codes count first, because they mean one thing; then
 * the words of causes that vendors hide behind a general code; then the status; words in general
 * last.
 */
enum ErrorCause {
  /** The account has no money or no quota: no wait fills it. */
  NO_CREDIT(
      Kind.EXHAUSTED,
      "Waiting does not help: the account has no credit or quota left for this; see the provider's"
          + " billing page"),
  /** The one request is larger than what is allowed in a minute. */
  LARGER_THAN_LIMIT(
      Kind.PERMANENT,
      "Waiting does not help: the request alone is larger than the account's limit. Shorten the"
          + " prompt, or ask the provider for a higher limit"),
  /** More than the model can read. */
  TOO_LONG(
      Kind.PERMANENT,
      "The prompt is longer than the model can read: shorten it, or choose a model with a longer"
          + " context"),
  /** A filter of the provider's will not have it. */
  REFUSED(Kind.REFUSED, ""),
  /** The endpoint can't work with the form in which the answer was asked for. */
  FORM(Kind.PERMANENT, ""),
  /** The key is wrong, or may not do this. */
  KEY(Kind.PERMANENT, ""),
  /** There is no such model, or no such address. */
  NOT_FOUND(Kind.PERMANENT, "Check the model's name and the setting base_url"),
  /** Something else in the request. */
  REQUEST(Kind.PERMANENT, ""),
  /** Too much is asked at the moment. */
  RATE(Kind.RATE_LIMITED, ""),
  /** A limit of hours or days is reached, which fills again by itself. */
  USAGE(Kind.USAGE_LIMITED, ""),
  /** What another try may not meet again. */
  PASSING(Kind.TRANSIENT, "");

  /** By the vendors' error pages (November 2026); in lower case. */
  private static final Map<String, ErrorCause> CODES =
      Map.ofEntries(
          Map.entry("insufficient_quota", NO_CREDIT),
          Map.entry("billing_not_active", NO_CREDIT),
          Map.entry("billing_hard_limit_reached", NO_CREDIT),
          Map.entry("billing_error", NO_CREDIT),
          Map.entry("account_deactivated", NO_CREDIT),
          Map.entry("exceeded_current_quota_error", NO_CREDIT),
          Map.entry("insufficient_user_quota", NO_CREDIT),
          Map.entry("insufficient_balance", NO_CREDIT),
          Map.entry("insufficient_balance_error", NO_CREDIT),
          Map.entry("insufficient_credits", NO_CREDIT),
          Map.entry("not_enough_balance", NO_CREDIT),
          Map.entry("credits_required", NO_CREDIT),
          Map.entry("credit_limit", NO_CREDIT),
          Map.entry("budget_exceeded", NO_CREDIT),
          Map.entry("payment_required", NO_CREDIT),
          Map.entry("billing_disabled", NO_CREDIT),
          Map.entry("arrearage", NO_CREDIT),
          Map.entry("accountoverdueerror", NO_CREDIT),
          Map.entry("allocationquota.freetieronly", NO_CREDIT),
          Map.entry("1113", NO_CREDIT),
          Map.entry("1309", NO_CREDIT),
          Map.entry("base_resp:1008", NO_CREDIT),
          Map.entry("usage_limit_reached", USAGE),
          Map.entry("context_length_exceeded", TOO_LONG),
          Map.entry("exceed_context_size_error", TOO_LONG),
          Map.entry("string_above_max_length", TOO_LONG),
          Map.entry("1261", TOO_LONG),
          Map.entry("content_filter", REFUSED),
          Map.entry("content_policy_violation", REFUSED),
          Map.entry("responsibleaipolicyviolation", REFUSED),
          Map.entry("moderation", REFUSED),
          Map.entry("moderation_blocked", REFUSED),
          Map.entry("invalid_prompt", REFUSED),
          Map.entry("data_inspection_failed", REFUSED),
          Map.entry("datainspectionfailed", REFUSED),
          Map.entry("sensitivecontentdetected", REFUSED),
          Map.entry("1301", REFUSED),
          Map.entry("base_resp:1026", REFUSED),
          Map.entry("base_resp:1027", REFUSED),
          Map.entry("invalid_api_key", KEY),
          Map.entry("api_key_invalid", KEY),
          Map.entry("wrong_api_key", KEY),
          Map.entry("invalid_authentication_error", KEY),
          Map.entry("authentication_error", KEY),
          Map.entry("unauthenticated", KEY),
          Map.entry("permission_error", KEY),
          Map.entry("base_resp:1004", KEY),
          Map.entry("base_resp:2049", KEY),
          Map.entry("model_not_found", NOT_FOUND),
          Map.entry("deploymentnotfound", NOT_FOUND),
          Map.entry("not_found_error", NOT_FOUND),
          Map.entry("notfounderror", NOT_FOUND),
          Map.entry("base_resp:2013", REQUEST),
          Map.entry("base_resp:1002", RATE),
          Map.entry("base_resp:1039", RATE));

  /** Which of these another cause hides behind. */
  private static final Map<String, ErrorCause> GENERAL_CODES =
      Map.ofEntries(
          Map.entry("rate_limit_error", RATE),
          Map.entry("rate_limit_exceeded", RATE),
          Map.entry("rate_limited", RATE),
          Map.entry("resource_exhausted", RATE),
          Map.entry("ratelimiterror", RATE),
          Map.entry("overloaded_error", PASSING),
          Map.entry("overloaded", PASSING),
          Map.entry("server_is_overloaded", PASSING),
          Map.entry("server_error", PASSING),
          Map.entry("api_error", PASSING),
          Map.entry("timeout_error", PASSING),
          Map.entry("internal_error", PASSING),
          Map.entry("internalservererror", PASSING),
          Map.entry("internal", PASSING),
          Map.entry("unavailable", PASSING),
          Map.entry("deadline_exceeded", PASSING),
          Map.entry("service_unavailable_error", PASSING),
          Map.entry("invalid_request_error", REQUEST),
          Map.entry("badrequesterror", REQUEST),
          Map.entry("invalid_argument", REQUEST),
          Map.entry("failed_precondition", REQUEST),
          Map.entry("permission_denied", KEY));

  private static final Pattern WAITABLE =
      words("(?:try again|retry|wait)[a-z ]{0,24}\\d|RESOURCE_EXHAUSTED");

  private static final Pattern NO_CREDIT_WORDS =
      words(
          "credit balance is too low|insufficient (?:account )?(?:balance|credit|funds|quota)"
              + "|not enough (?:credit|balance|quota)|balance is (?:insufficient|not enough)"
              + "|\\b(?:no|out of|requires more|purchase more) credits?\\b"
              + "|used all (?:of )?(?:your |its )?(?:available |included )?credits"
              + "|credits? (?:are|is|have been|has been) (?:depleted|exhausted|used up)"
              + "|account is not active|(?:billing|spending|spend) (?:hard )?(?:limit|cap)"
              + "|budget has been exceeded|account.{0,60}(?:suspended|in arrears|overdue)"
              + "|payment required|monthly included credits|specified API usage limits"
              + "|exceeded your current quota|extra usage is required|余额不足|欠费");

  /** Google's word for what the plan does not hold at all. */
  private static final Pattern NOTHING_ALLOWED = words("\\blimit: 0\\b(?![.\\d])");

  private static final Pattern LARGER_WORDS = words("request too large");
  private static final Pattern LIMIT_AND_REQUESTED =
      words("limit:? (\\d{1,12})\\b, requested:? (\\d{1,12})\\b");

  /** What a login may take in hours or days, unlike what is allowed at a time. */
  private static final Pattern USAGE_WORDS =
      words(
          "\\b(?:usage|session|daily|weekly|monthly|(?:\\d+|five)[ -]hours?) limit\\b"
              + "|quota will reset");

  private static final Pattern TOO_LONG_WORDS =
      words(
          "maximum context length|context.length|context window|context size|context limit"
              + "|(?:prompt|input|request) is too long|input token count.{0,40}exceed"
              + "|reduce the length of the (?:messages|prompt)|range of input length"
              + "|max_new_tokens` must be");

  private static final Pattern FORM_WORDS =
      words(
          "grammar|json.?schema|response.?format|response_mime_type|structured.output"
              + "|output_config|output_format|tool.choice|too many states|schema is too complex"
              + "|(?:invalid|unsupported) schema|input_schema|json mode"
              + "|can handle the requested parameters|support the provided|support tool use");

  private static final Pattern REFUSED_WORDS =
      words("content (?:management )?policy|content filter|safety system|flagged as potentially");

  /** Of a server that takes nothing more at the moment, unlike one that failed at its work. */
  private static final Pattern OVERLOAD_WORDS =
      words(
          "overload|(?:at|over|no|out of|insufficient) capacity|capacity (?:is )?exceeded"
              + "|high demand|\\btoo busy\\b|server is busy");

  private static final Pattern KEY_WORDS =
      words(
          "unauthori[sz]ed|not authori[sz]ed|unauthenticated|\\bforbidden\\b|access.?denied"
              + "|(?:invalid|incorrect|wrong|missing|no).{0,20}(?:api.?)?(?:key|token)\\b"
              + "|(?:api.?key|token).{0,20}(?:not valid|invalid|expired|revoked|missing)");
  private static final Pattern NOT_FOUND_WORDS =
      words("not found|does not exist|no such model|unknown model|model_not_found");
  private static final Pattern RATE_WORDS = words("rate.?limit|too many requests");
  private static final Pattern REQUEST_WORDS =
      words("\\binvalid\\b|not supported|unsupported|field required|validation error");

  private final Kind kind;
  private final String advice;

  ErrorCause(Kind kind, String advice) {
    this.kind = kind;
    this.advice = advice;
  }

  /**
   * @param status of the answer, or the one that an error inside of an answer names; 0 for none
   */
  static ErrorCause of(int status, ErrorText text) {
    for (String code : text.codes()) {
      ErrorCause cause = CODES.get(code.toLowerCase(Locale.ROOT));
      if (cause != null) {
        return cause;
      }
    }
    ErrorCause cause = byQuota(status, text);
    if (cause == null) {
      cause = byWords(status, text.message());
    }
    if (cause != null) {
      return cause;
    }
    return status == 0 ? unnumbered(text) : byStatus(status);
  }

  /** Google's words are the same for a quota of a minute, of a day, and for none at all. */
  private static @Nullable ErrorCause byQuota(int status, ErrorText text) {
    if ((status != 429 && status != 0) || NOTHING_ALLOWED.matcher(text.message()).find()) {
      return null;
    }
    return switch (GoogleQuota.of(text.json()).span()) {
      case UNKNOWN -> null;
      case MINUTES -> RATE;
      case DAY -> USAGE;
      case NOTHING -> NO_CREDIT;
    };
  }

  private static @Nullable ErrorCause byWords(int status, String message) {
    if (NOTHING_ALLOWED.matcher(message).find()) {
      return NO_CREDIT;
    }
    if (LARGER_WORDS.matcher(message).find() || isLargerThanLimit(message)) {
      return LARGER_THAN_LIMIT;
    }
    if (status == 402
        || (NO_CREDIT_WORDS.matcher(message).find() && !WAITABLE.matcher(message).find())) {
      return NO_CREDIT;
    }
    if ((status == 429 || status == 0) && USAGE_WORDS.matcher(message).find()) {
      return USAGE;
    }
    if (status == 429) {
      return null;
    }
    if (TOO_LONG_WORDS.matcher(message).find()) {
      return TOO_LONG;
    }
    if (FORM_WORDS.matcher(message).find()) {
      return FORM;
    }
    return REFUSED_WORDS.matcher(message).find() ? REFUSED : null;
  }

  private static boolean isLargerThanLimit(String message) {
    Matcher numbers = LIMIT_AND_REQUESTED.matcher(message);
    return numbers.find() && Long.parseLong(numbers.group(2)) > Long.parseLong(numbers.group(1));
  }

  private static ErrorCause byStatus(int status) {
    return switch (status) {
      case 401, 403 -> KEY;
      case 404 -> NOT_FOUND;
      case 429 -> RATE;
      // 424 and 498: what was begun did not end, or no capacity was left; 499: given up over there.
      case 408, 409, 424, 425, 498, 499 -> PASSING;
      case 501, 505 -> REQUEST;
      default -> status >= 500 ? PASSING : REQUEST;
    };
  }

  private static ErrorCause unnumbered(ErrorText text) {
    for (String code : text.codes()) {
      ErrorCause cause = GENERAL_CODES.get(code.toLowerCase(Locale.ROOT));
      if (cause != null) {
        return cause;
      }
    }
    String message = text.message();
    if (RATE_WORDS.matcher(message).find()) {
      return RATE;
    }
    if (KEY_WORDS.matcher(message).find()) {
      return KEY;
    }
    if (NOT_FOUND_WORDS.matcher(message).find()) {
      return NOT_FOUND;
    }
    return REQUEST_WORDS.matcher(message).find() ? REQUEST : PASSING;
  }

  /** What it means for another try. */
  Kind kind(int status) {
    return this == FORM && status >= 500 && status != 501 ? Kind.TRANSIENT : kind;
  }

  /**
   * Whether an answer of this status was given in the place of any work. Behind another status of
   * 500 and more somebody may have begun: a proxy says so too when it has lost who was at work.
   */
  boolean isTurnedAway(int status, ErrorText text) {
    return switch (this) {
      case RATE, USAGE, NO_CREDIT -> true;
      case PASSING -> status == 529 || ((status == 503 || status == 498) && saysOverload(text));
      default -> false;
    };
  }

  private static boolean saysOverload(ErrorText text) {
    return OVERLOAD_WORDS.matcher(text.message()).find()
        || text.codes().stream().anyMatch(code -> OVERLOAD_WORDS.matcher(code).find());
  }

  /** What people can do; empty when the provider's message has to do. */
  String advice() {
    return advice;
  }

  /** The message, which may end as a sentence does, with what people can do behind it. */
  static String advised(String message, String advice) {
    return advice.isEmpty() ? message : message.replaceFirst("\\.\\s*$", "") + ". " + advice;
  }

  /** Whether the endpoint may have refused the form of a request, rather than the request. */
  boolean mayRefuseForm(int status) {
    return this == FORM || (this == REQUEST && (status == 400 || status == 422 || status == 501));
  }

  private static Pattern words(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }
}
