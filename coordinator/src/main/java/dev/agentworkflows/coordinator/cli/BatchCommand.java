package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.batch.FetchBatch;
import dev.agentworkflows.coordinator.batch.BatchFailedException;
import dev.agentworkflows.coordinator.cli.refusal.RefusalText;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands for batches have in common: a home, the providers, and how failures end. */
abstract class BatchCommand extends Command {

  @Mixin private AdaptersOption adapters = new AdaptersOption();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where batches are recorded. Default: OWF_HOME, else the project's .workflows.")
  private @Nullable Path home;

  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  BatchCommand(Console screen, Environment environment) {
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
    try (Providers providers = adapters.providers(screen(), environment())) {
      try {
        return run(providers);
      } catch (BatchFailedException e) {
        String message = e.refusal().map(RefusalText::of).orElse(String.valueOf(e.getMessage()));
        throw new BatchFailedException(providers.redactor().redact(message), e);
      } catch (RefusedException e) {
        throw new RefusedException(providers.redactor().redact(RefusalText.of(e)), e);
      }
    }
  }

  /** Does the command's work. */
  abstract int run(Providers providers);

  /** The home of the batches that there are. */
  WorkflowHome where() {
    return environment().homes().forReading(home, note -> screen().note("owf: " + note));
  }

  /** For a batch to come: its file lies in a project as a script does. */
  WorkflowHome homeToKeep(Path input) {
    return environment().homes().forScript(home, input);
  }

  /** Whether the commands for batches, typed here, look into another home. */
  boolean isAnotherHome(WorkflowHome used) {
    return !environment().homes().place(home).equals(used.directory());
  }

  FetchBatch fetching(Providers providers) {
    return new FetchBatch(environment(), providers, where());
  }
}
