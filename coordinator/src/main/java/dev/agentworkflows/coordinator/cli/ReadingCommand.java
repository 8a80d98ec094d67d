package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.run.Owners;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that looks at what is recorded. */
abstract class ReadingCommand extends Command {

  static final String LATEST = "latest";

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "Where runs are recorded. Default: OWF_HOME, else ./.workflows, else the one used last.")
  private @Nullable Path home;

  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  ReadingCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  boolean json() {
    return json;
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public final Integer call() {
    WorkflowHome where =
        WorkflowHome.forReading(home, environment().variables(), environment().cache());
    // One that can't be told of is opened, which says why.
    if (Files.notExists(where.database())) {
      return withoutAnyRun(where);
    }
    Stores.prepare(environment());
    try (RunStore store = RunStore.open(where.database())) {
      Owners.interruptRunsOfTheDead(where, store, environment().clock());
      return look(store, where);
    }
  }

  /** Does the command's work; the runs of dead coordinators are marked already. */
  abstract int look(RunStore store, WorkflowHome where);

  /** What to do in a home that has no database. */
  int withoutAnyRun(WorkflowHome where) {
    throw new RefusedException(
        "no run is recorded in "
            + where.directory()
            + ".\nRun a script first, or name its home with --home DIR.");
  }

  /** The run with this id, or the latest that is nobody's child. */
  static RunRecord run(RunStore store, String id) {
    if (id.equals(LATEST)) {
      return store
          .latestRun()
          .orElseThrow(() -> new RefusedException("no run is recorded yet. Run a script first."));
    }
    return store
        .run(id)
        .orElseThrow(() ->
            new RefusedException("unknown run '" + id + "'. `runs` lists those that there are."));
  }

  static CallRecord call(RunStore store, String id) {
    return store
        .call(id)
        .orElseThrow(() ->
            new RefusedException("unknown call '" + id + "'. `calls RUN` lists those of a run."));
  }
}
