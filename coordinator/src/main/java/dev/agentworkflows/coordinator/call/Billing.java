package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.budget.TokenEstimate;
import dev.agentworkflows.coordinator.price.Price;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Bills one attempt: what the provider says, else an estimate of its tokens, and their price. What
 * is unknown is never taken for free: it is estimated, counted, and people are told, once for a run
 * and a model. Thread-safe: the first bill counts.
 */
final class Billing {

  /** Its figures are those of its script, zeros included. */
  private static final String FAKE = "fake";

  private final CallMeter meter;
  private final AdmittedCall call;
  private final Provider provider;
  private final @Nullable String model;
  private final Prices prices;
  private final PromptSize prompt;
  private final AtomicBoolean billed = new AtomicBoolean();

  /**
   * @param model the one that was asked for; null where the provider chooses by itself
   */
  Billing(
      CallMeter meter,
      AdmittedCall call,
      Provider provider,
      @Nullable String model,
      Prices prices,
      PromptSize prompt) {
    this.meter = meter;
    this.call = call;
    this.provider = provider;
    this.model = model;
    this.prices = prices;
    this.prompt = prompt;
  }

  /** Bills an answered attempt. */
  void answered(AgentReply reply) {
    if (isExact()) {
      bill(reply.usage(), reply.costUsd(), reply.model());
      return;
    }
    CheckedUsage checked =
        CheckedUsage.of(reply.usage(), prompt::tokens, () -> TokenEstimate.of(reply.text()));
    bill(checked.usage(), reply.costUsd(), reply.model());
    if (checked.gap() != null) {
      warn(reply.model(), checked.gap() + ": the rest is estimated, and counted so");
    }
  }

  /** Bills a failed attempt. */
  void failed(AdapterException failure) {
    Usage usage = failure.usage();
    boolean told = usage.billedTokens() > 0 || failure.costUsd() != null;
    if (told) {
      bill(
          isExact() ? usage : CheckedUsage.of(usage, () -> 0, () -> 0).usage(),
          failure.costUsd(),
          meter.answering());
    } else if (!isExact() && (failure.isBilled() || mayBeBilled(failure))) {
      estimated();
    } else {
      nothing();
    }
  }

  /** Refusals are free, and what an adapter counts as nothing. */
  private static boolean mayBeBilled(AdapterException failure) {
    return (failure.kind() == Kind.TRANSIENT || failure.kind() == Kind.TIMEOUT)
        && failure.usage().equals(Usage.UNKNOWN);
  }

  /** Bills an attempt that was sent and given up on: its provider may go on with it. */
  void abandoned() {
    if (isExact()) {
      nothing();
    } else {
      estimated();
    }
  }

  /** It costs nothing, which is no cost of a call that nobody priced. */
  private void nothing() {
    if (price(null).isPresent()) {
      bill(Usage.UNKNOWN, BigDecimal.ZERO, null);
    } else if (billed.compareAndSet(false, true)) {
      meter.free();
    }
  }

  private void estimated() {
    String answering = meter.answering();
    if (bill(Usage.of(prompt.tokens(), 0), null, answering)) {
      warn(
          answering,
          "has failed a call without saying what it took: its prompt is counted, by an estimate");
    }
  }

  private boolean isExact() {
    return isExact(provider);
  }

  /** Whether nothing of it is estimated. */
  static boolean isExact(Provider provider) {
    return FAKE.equals(provider.kind());
  }

  /**
   * @param told what the provider says that it cost; null when it does not say
   * @param answering the provider's own name of the model; null when it does not say
   * @return false when the attempt was billed before
   */
  private boolean bill(Usage usage, @Nullable BigDecimal told, @Nullable String answering) {
    if (!billed.compareAndSet(false, true)) {
      return false;
    }
    meter.bill(usage, told == null ? computed(answering, usage) : told);
    return true;
  }

  private @Nullable BigDecimal computed(@Nullable String answering, Usage usage) {
    Optional<Price> price = price(answering);
    if (price.isEmpty()) {
      String named = answering == null ? asked() : answering;
      if (call.scope().ledger().limits().totalCostUsd() != null) {
        warn(
            answering,
            "has no price, so it does not count against the budget of money. "
                + Unpriced.cure(prices, provider.name(), named));
      }
      return null;
    }
    return price.get().cost(usage).orElse(null);
  }

  private Optional<Price> price(@Nullable String answering) {
    String named = answering == null ? asked() : answering;
    return prices
        .find(provider.allNames(), named)
        .or(() -> prices.find(provider.allNames(), asked()));
  }

  private String asked() {
    return model == null ? "" : model;
  }

  private void warn(@Nullable String answering, String problem) {
    RunContext scope = call.scope();
    String named = answering == null ? model : answering;
    String who = provider.name() + (named == null || named.isEmpty() ? "" : "/" + named);
    if (scope.mayWarn(who + " " + problem)) {
      scope.events().warning(call.id(), who + " " + problem);
    }
  }
}
