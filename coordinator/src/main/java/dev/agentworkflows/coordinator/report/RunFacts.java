package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.RunRecord;
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

  /** What the workflow calls itself, else its file. */
  String name() {
    return run.workflowName() == null
        ? run.scriptPath().substring(run.scriptPath().lastIndexOf('/') + 1)
        : run.workflowName();
  }

  Instant began() {
    return run.startedAt() == null ? run.createdAt() : run.startedAt();
  }

  List<Fact> of(RunTotals totals) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Run", run.id()));
    facts.add(new Fact("Status", run.status().label()));
    facts.add(new Fact("Script", run.scriptPath()));
    facts.add(new Fact("Arguments", run.argsJson()));
    facts.add(new Fact("Workspace", run.workspace()));
    facts.add(
        new Fact("Provider", run.provider() + (run.model() == null ? "" : ", " + run.model())));
    facts.add(new Fact("Cache policy", run.cachePolicy()));
    facts.add(new Fact("Started", Figures.time(began())));
    facts.add(new Fact("Took", took()));
    facts.add(new Fact("Calls", totals.calls()));
    facts.add(new Fact("Tokens", tokens(totals)));
    facts.add(new Fact("Spent", SpentText.of(run)));
    if (run.parentRunId() != null) {
      facts.add(new Fact("Child of", run.parentRunId()));
    }
    if (run.resumedFromRunId() != null) {
      facts.add(
          new Fact("Resumed from", run.resumedFromRunId() + ", as attempt " + run.attemptNumber()));
    }
    return facts;
  }

  private String took() {
    if (run.completedAt() != null) {
      return Figures.duration(Duration.between(began(), run.completedAt()));
    }
    return run.status() == RunStatus.RUNNING ? "still running" : Figures.UNKNOWN;
  }

  private static String tokens(RunTotals totals) {
    return "%s in, %s out"
        .formatted(Figures.tokens(totals.inputTokens()), Figures.tokens(totals.outputTokens()));
  }
}
