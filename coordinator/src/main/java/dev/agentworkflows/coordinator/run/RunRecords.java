package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.JobBudget;
import dev.agentworkflows.store.RunBudget;
import dev.agentworkflows.store.RunError;
import dev.agentworkflows.store.RunLineage;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunScript;
import dev.agentworkflows.store.RunSettings;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunTimes;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes the records of runs that start, or that would. */
public final class RunRecords {

  private final Path home;
  private final Providers providers;
  private final Redactor redactor;
  private final String owner;
  private final Clock clock;
  private final RandomGenerator random;

  /**
   * @param owner the name of this process's lock file
   */
  public RunRecords(
      Path home,
      Providers providers,
      Redactor redactor,
      String owner,
      Clock clock,
      RandomGenerator random) {
    this.home = home;
    this.providers = providers;
    this.redactor = redactor;
    this.owner = owner;
    this.clock = clock;
    this.random = random;
  }

  /**
   * The record of a run that starts now.
   *
   * @param earlier what the attempts that it resumes have spent
   */
  public RunRecord starting(
      LoadedScript script, RunOptions options, @Nullable String parentRunId, Spending earlier) {
    JobBudget job =
        new JobBudget(options.budget().allowUnpriced(), earlier.tokens(), earlier.costUsd());
    Instant now = clock.instant();
    String id = RunIds.next(now, random);
    ScriptMeta meta = script.meta();
    Path directory = WorkflowHome.runDirectory(home, id);
    return new RunRecord(
        id,
        RunStatus.RUNNING,
        new RunScript(
            redactor.redact(script.path()),
            script.sha256(),
            redactor.redactNullable(meta.name()),
            redactor.redactNullable(meta.description()),
            redactor.redact(Json.write(meta.json()))),
        new RunSettings(
            redactor.redact(options.argsJson()),
            redactor.redact(
                providers.find(options.provider()).map(Provider::name).orElse(options.provider())),
            redactor.redactNullable(options.model()),
            options.cachePolicy().label(),
            redactor.redact(options.workspace().toString()),
            options.timeout().toMillis() / 1000.0,
            options.waitForLimits().toSeconds()),
        new RunLineage(parentRunId, options.resumedFromRunId(), options.attemptNumber()),
        new RunBudget(
            options.budget().totalTokens(),
            0,
            options.budget().totalCostUsd(),
            BigDecimal.ZERO,
            job),
        new RunTimes(now, now, null),
        RunError.NONE,
        directory.toString(),
        owner);
  }
}
