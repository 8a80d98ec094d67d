package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.Usage;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a model stopped, as the vendors and those who speak their dialects name it. Only what is
 * known as the end of an answer is one: a reason that nobody knows here is none.
 */
public enum StopReason {
  /** It had said all. */
  WHOLE,
  /** It reached a limit of tokens. */
  CUT,
  /** It would not, or a filter would not let it. */
  REFUSED,
  /** It waits for the result of a tool. */
  TOOL,
  /** Something went wrong that another try may not meet. */
  BROKEN,
  /** Another word. */
  UNKNOWN;

  /** Lower case, for gateways change it; by the vendors' references (November 2026). */
  private static final Map<String, StopReason> NAMES =
      Map.ofEntries(
          Map.entry("stop", WHOLE),
          Map.entry("end_turn", WHOLE),
          Map.entry("stop_sequence", WHOLE),
          Map.entry("eos", WHOLE),
          Map.entry("eos_token", WHOLE),
          Map.entry("complete", WHOLE),
          Map.entry("completed", WHOLE),
          Map.entry("length", CUT),
          Map.entry("max_tokens", CUT),
          Map.entry("max_output_tokens", CUT),
          Map.entry("model_length", CUT),
          Map.entry("model_context_window_exceeded", CUT),
          Map.entry("content_filter", REFUSED),
          Map.entry("content_filtered", REFUSED),
          Map.entry("guardrail_intervened", REFUSED),
          Map.entry("refusal", REFUSED),
          Map.entry("sensitive", REFUSED),
          Map.entry("safety", REFUSED),
          Map.entry("recitation", REFUSED),
          Map.entry("language", REFUSED),
          Map.entry("blocklist", REFUSED),
          Map.entry("prohibited_content", REFUSED),
          Map.entry("spii", REFUSED),
          Map.entry("image_safety", REFUSED),
          Map.entry("error_toxic", REFUSED),
          Map.entry("tool_calls", TOOL),
          Map.entry("function_call", TOOL),
          Map.entry("tool_use", TOOL),
          Map.entry("tool_call", TOOL),
          Map.entry("error", BROKEN),
          Map.entry("abort", BROKEN),
          Map.entry("aborted", BROKEN),
          Map.entry("cancelled", BROKEN),
          Map.entry("canceled", BROKEN),
          Map.entry("insufficient_system_resource", BROKEN),
          Map.entry("network_error", BROKEN),
          Map.entry("load", BROKEN),
          Map.entry("pause_turn", BROKEN),
          Map.entry("other", BROKEN),
          Map.entry("malformed_function_call", BROKEN),
          Map.entry("malformed_response", BROKEN),
          Map.entry("unexpected_tool_call", BROKEN),
          Map.entry("too_many_tool_calls", BROKEN),
          Map.entry("missing_thought_signature", BROKEN),
          Map.entry("finish_reason_unspecified", BROKEN));

  /** What a provider's word stands for. */
  public static StopReason of(String name) {
    return NAMES.getOrDefault(name.strip().toLowerCase(Locale.ROOT), UNKNOWN);
  }

  /**
   * Fails unless the answer is a whole one.
   *
   * @param field what the provider calls it
   * @param name what it says; null when it says nothing, which means that the model goes on
   * @param why what the provider says besides; null for nothing
   * @param maxTokens what the answer was limited to; null for the model's own limit
   */
  public static void requireWhole(
      String field,
      @Nullable String name,
      @Nullable String why,
      @Nullable Integer maxTokens,
      Usage usage)
      throws AdapterException {
    if (name == null) {
      throw Failures.stopped("no " + field, true, usage);
    }
    String told = field + " " + name + (why == null ? "" : ": " + why);
    switch (of(name)) {
      case WHOLE -> {}
      case CUT -> throw Failures.cut(told, name.contains("model_") ? null : maxTokens, usage);
      case REFUSED ->
          throw Failures.refused(
              name.contains("filter") ? "the provider's content filter (" + told + ")" : told,
              usage);
      case TOOL -> throw Failures.stopped(told + ", for a tool that it was not given", true, usage);
      case BROKEN -> throw Failures.stopped(told, true, usage);
      case UNKNOWN ->
          throw Failures.stopped(
              told + ", which is not known as the end of an answer", false, usage);
    }
  }
}
