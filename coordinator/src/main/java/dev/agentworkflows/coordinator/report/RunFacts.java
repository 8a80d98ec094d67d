package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.RunLineage;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunSettings;
import dev.agentworkflows.store.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What can be said of a run in one line each. */
final class RunFacts {

  /** Something that can be said in a word or two. */
  record Fact(String name, String value) {}

  private final RunRecord run;

  RunFacts(RunRecord run) {
    this.run = run;
  }

  Instant began() {
    return run.times().startedAt() == null ? run.times().createdAt() : run.times().startedAt();
  }

  List<Fact> of(RunTotals totals) {
    RunSettings settings = run.settings();
    RunLineage lineage = run.lineage();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Run", run.id()));
    facts.add(new Fact("Status", run.status().label()));
    facts.add(new Fact("Script", run.script().path()));
    facts.add(new Fact("Arguments", settings.argsJson()));
    facts.add(new Fact("Workspace", settings.workspace()));
    facts.add(
        new Fact(
            "Provider",
            settings.provider() + (settings.model() == null ? "" : ", " + settings.model())));
    facts.add(new Fact("Cache policy", settings.cachePolicy()));
    facts.add(new Fact("Started", Figures.time(began())));
    facts.add(new Fact("Took", took()));
    facts.add(new Fact("Calls", totals.calls()));
    facts.add(new Fact("Tokens", tokens(totals)));
    facts.add(new Fact("Spent", SpentText.of(run.budget())));
    if (lineage.parentRunId() != null) {
      facts.add(new Fact("Child of", lineage.parentRunId()));
    }
    if (lineage.resumedFromRunId() != null) {
      facts.add(
          new Fact(
              "Resumed from",
              lineage.resumedFromRunId() + ", as attempt " + lineage.attemptNumber()));
    }
    return facts;
  }

  private String took() {
    if (run.times().completedAt() != null) {
      return Figures.duration(Duration.between(began(), run.times().completedAt()));
    }
    return run.status() == RunStatus.RUNNING ? "still running" : Figures.UNKNOWN;
  }

  private static String tokens(RunTotals totals) {
    return "%s in, %s out"
        .formatted(Figures.tokens(totals.inputTokens()), Figures.tokens(totals.outputTokens()));
  }
}
