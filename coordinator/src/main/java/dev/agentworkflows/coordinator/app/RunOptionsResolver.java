package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.ProviderRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.ScriptRefusal.Setting;
import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.Workspaces;
import dev.agentworkflows.store.RunBudget;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunSettings;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options that a run gets: what was asked for, held to one set of rules whoever asked, and for
 * the rest what the earlier run had or what is usual.
 */
public final class RunOptionsResolver {

  /** Amounts are kept as billionths. */
  private static final BigDecimal MIN_BUDGET_USD = BigDecimal.valueOf(1, 9);

  private static final BigDecimal MAX_BUDGET_USD = BigDecimal.valueOf(1_000_000_000);

  /** As long as makes a difference; far more could not be counted in nanoseconds. */
  private static final Duration MAX_TIME = Duration.ofDays(365);

  private final Providers providers;

  public RunOptionsResolver(Providers providers) {
    this.providers = providers;
  }

  /**
   * For a run that starts afresh.
   *
   * @param workspace null for the usual one
   * @param argsJson a JSON object
   */
  public RunOptions fresh(
      RequestedRun requested, Path script, @Nullable Path workspace, String argsJson) {
    return new RunOptions(
        argsJson,
        usable(requested.provider() == null ? "fake" : requested.provider()),
        requested.model(),
        new BudgetLimits(tokens(requested, null), cost(requested, null), requested.allowUnpriced()),
        policy(requested, "auto"),
        Workspaces.of(workspace, script),
        timeout(requested, RunOptions.DEFAULT_TIMEOUT.toMillis() / 1000.0),
        waitForLimits(requested, null),
        requested.approved(),
        null,
        1);
  }

  /**
   * For a resume: the earlier run's, each overridden by what is asked for.
   *
   * @param workspace null for the earlier run's
   * @param argsJson a JSON object
   */
  public RunOptions resuming(
      RequestedRun requested, RunRecord earlier, @Nullable Path workspace, String argsJson) {
    RunSettings settings = earlier.settings();
    RunBudget budget = earlier.budget();
    return new RunOptions(
        argsJson,
        usable(requested.provider() == null ? settings.provider() : requested.provider()),
        model(requested, settings),
        new BudgetLimits(
            tokens(requested, budget.totalTokens()),
            cost(requested, budget.totalCostUsd()),
            requested.allowUnpriced() || budget.job().allowUnpriced()),
        policy(requested, settings.cachePolicy()),
        Workspaces.of(
            workspace == null ? Path.of(settings.workspace()) : workspace,
            Path.of(earlier.script().path())),
        timeout(requested, settings.timeoutSeconds()),
        waitForLimits(requested, settings.waitForLimitsSeconds()),
        requested.approved(),
        earlier.id(),
        earlier.lineage().attemptNumber() + 1);
  }

  /** A model belongs to its provider: with another provider the earlier one does not hold. */
  private @Nullable String model(RequestedRun requested, RunSettings earlier) {
    if (requested.model() != null) {
      return requested.model();
    }
    boolean sameProvider =
        requested.provider() == null || usable(requested.provider()).equals(earlier.provider());
    return sameProvider ? earlier.model() : null;
  }

  /** The canonical names, with commas between them where there are several. */
  private String usable(String names) {
    List<String> usable = new ArrayList<>();
    for (String name : Providers.split(names)) {
      Provider provider =
          providers.find(name).orElseThrow(() -> new RefusedException(providers.unknown(name)));
      if (provider.problem() != null) {
        throw new RefusedException(
            new ProviderRefusal.Unusable(provider.name(), provider.problem()));
      }
      if (usable.contains(provider.name())) {
        throw new RefusedException(new ProviderRefusal.NamedTwice(names, provider.name()));
      }
      usable.add(provider.name());
    }
    return String.join(",", usable);
  }

  private static @Nullable Long tokens(RequestedRun requested, @Nullable Long otherwise) {
    Long tokens = requested.budgetTokens();
    if (tokens == null) {
      return otherwise;
    }
    if (tokens < 1) {
      throw bad(Setting.BUDGET_TOKENS, tokens, "a number above 0");
    }
    return tokens;
  }

  private static @Nullable BigDecimal cost(RequestedRun requested, @Nullable BigDecimal otherwise) {
    if (requested.budgetCostUsd() == null) {
      return otherwise;
    }
    BigDecimal cost = amount(requested.budgetCostUsd());
    if (cost.compareTo(MIN_BUDGET_USD) < 0 || cost.compareTo(MAX_BUDGET_USD) > 0) {
      throw badCost(requested.budgetCostUsd());
    }
    return cost;
  }

  private static BigDecimal amount(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw badCost("'" + text + "'");
    }
  }

  private static RefusedException badCost(String value) {
    return bad(Setting.BUDGET_COST_USD, value, "a number above 0, and not above 1,000,000,000,");
  }

  private static CachePolicy policy(RequestedRun requested, String otherwise) {
    String label = requested.cachePolicy() == null ? otherwise : requested.cachePolicy();
    return CachePolicy.ofLabel(label)
        .orElseThrow(
            () -> bad(Setting.CACHE_POLICY, "'" + label + "'", "one of " + CachePolicy.labels()));
  }

  private static Duration timeout(RequestedRun requested, double otherwise) {
    double seconds = requested.timeoutSeconds() == null ? otherwise : requested.timeoutSeconds();
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw bad(Setting.TIMEOUT, seconds, "a number of seconds above 0");
    }
    double bounded = Math.min(seconds, MAX_TIME.toSeconds());
    return Duration.ofMillis(Math.max(1, Math.round(bounded * 1000)));
  }

  private static Duration waitForLimits(RequestedRun requested, @Nullable Long otherwise) {
    Long seconds =
        requested.waitForLimitsSeconds() == null ? otherwise : requested.waitForLimitsSeconds();
    if (seconds == null) {
      return RunOptions.DEFAULT_WAIT_FOR_LIMITS;
    }
    if (seconds < 0) {
      throw bad(Setting.WAIT_FOR_LIMITS, seconds, "a time, or 0,");
    }
    return Duration.ofSeconds(Math.min(seconds, RunOptions.MAX_WAIT_FOR_LIMITS.toSeconds()));
  }

  private static RefusedException bad(Setting setting, Object value, String expected) {
    return new RefusedException(
        new ScriptRefusal.BadSetting(setting, String.valueOf(value), expected));
  }
}
