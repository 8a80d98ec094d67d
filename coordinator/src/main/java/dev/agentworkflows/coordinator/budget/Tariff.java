package dev.agentworkflows.coordinator.budget;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What calls of one provider and model took so far, and what others may take by that. Not
 * thread-safe: its ledger guards it.
 *
 * <p>There are two estimates of a call. The larger one is what calls that go out side by side are
 * held to. The smaller one is what a call is held to that has the budget for itself: what it takes
 * beyond that is its own error, and nobody else's is added.
 */
final class Tariff {

  /** An answer without a limit that is longer is rare, until one was seen. */
  private static final long UNLIMITED_ANSWER = 4_096;

  /** An agent reads files and takes turns. */
  private static final long UNKNOWN_AGENT = 50_000;

  /** A shorter prompt says nothing of how dense its text is. */
  private static final long DENSITY_FROM = 64;

  /** So short a prompt disappears in what every call takes besides. */
  private static final long NOTHING_BELOW = 16;

  /** A text that takes more tokens than this by its estimate has something else added to it. */
  private static final double MAX_DENSITY = 8;

  private static final double MARGIN = 1.05;

  /** A prompt that is so many times longer than any before is out alone. */
  private static final int PROVEN_TIMES = 4;

  private static final long PROVEN_AT_LEAST = 256;

  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

  /** A call that waits, first come first served. */
  final Deque<Waiter> waiting = new ArrayDeque<>();

  /** A call that shows what others take is out. */
  boolean unprovenIsOut;

  private boolean known;
  private long proven;
  private double density = 1;
  private long besides;
  private long longestAnswer;
  private BigDecimal dearest = BigDecimal.ZERO;
  private BigDecimal dearestToken = BigDecimal.ZERO;

  /** Whether calls like this one are known: others like it may be out at once. */
  boolean proves(CallNeed need) {
    return known && need.promptTokens() <= Math.max(PROVEN_AT_LEAST, PROVEN_TIMES * proven);
  }

  void learn(CallNeed need, CallTook took) {
    known = true;
    proven = Math.max(proven, need.promptTokens());
    double perToken = (double) took.inputTokens() / Math.max(1, need.promptTokens());
    if (need.promptTokens() >= DENSITY_FROM && perToken <= MAX_DENSITY) {
      density = Math.max(density, perToken);
    }
    besides = Math.max(besides, took.inputTokens() - significant(need));
    longestAnswer = Math.max(longestAnswer, took.outputTokens());
    dearest = dearest.max(took.costUsd());
    long tokens = Math.max(1, took.inputTokens() + took.outputTokens());
    dearestToken =
        dearestToken.max(took.costUsd().divide(BigDecimal.valueOf(tokens), MathContext.DECIMAL32));
  }

  /** What a call may take at most, as far as can be told. */
  Spending most(CallNeed need) {
    long unlimited = need.agent() && !known ? UNKNOWN_AGENT : UNLIMITED_ANSWER;
    long input =
        Math.max(
            (long) Math.ceil(need.promptTokens() * density * MARGIN),
            need.promptTokens() + (need.agent() ? 2 * besides : besides));
    long output =
        need.maxAnswerTokens() == null || need.agent()
            ? Math.max(unlimited, 2 * longestAnswer)
            : need.maxAnswerTokens();
    return priced(need, input, output, dearest.multiply(BigDecimal.valueOf(2)));
  }

  /** What a call takes if it is like those before it. */
  Spending likely(CallNeed need) {
    if (!known) {
      return priced(need, need.promptTokens(), 0, BigDecimal.ZERO);
    }
    long input =
        Math.min(
            Math.max(besides, (long) Math.ceil(need.promptTokens() * density)),
            significant(need) + besides);
    long output =
        need.maxAnswerTokens() == null
            ? longestAnswer
            : Math.min(longestAnswer, need.maxAnswerTokens());
    BigDecimal byTokens = dearestToken.multiply(BigDecimal.valueOf(input + output));
    return priced(need, input, output, dearest.min(byTokens));
  }

  private static long significant(CallNeed need) {
    return need.promptTokens() < NOTHING_BELOW ? 0 : need.promptTokens();
  }

  /** Without a price, what earlier calls cost by their provider's own word. */
  private static Spending priced(CallNeed need, long input, long output, BigDecimal otherwise) {
    BigDecimal cost =
        need.inputUsd() == null || need.outputUsd() == null
            ? otherwise
            : need.inputUsd()
                .multiply(BigDecimal.valueOf(input))
                .add(need.outputUsd().multiply(BigDecimal.valueOf(output)))
                .divide(MILLION);
    return new Spending(input + output, cost);
  }

  /** The next one that still wants to go out; null when nobody does. */
  @Nullable Waiter next() {
    while (!waiting.isEmpty() && waiting.getFirst().granted().isDone()) {
      waiting.removeFirst();
    }
    return waiting.peekFirst();
  }
}
