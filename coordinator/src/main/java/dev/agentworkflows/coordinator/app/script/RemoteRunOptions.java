package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.app.RunOptionsResolver;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Decides on the options of a run whose script is on another machine, fresh or a resume. */
public final class RemoteRunOptions {

  /** The directories that remote runs may work in, by the names that they know. */
  @FunctionalInterface
  public interface Workspaces {
    /**
     * @param name null where the run names none
     */
    Path of(@Nullable String name);
  }

  private final OpenHome home;
  private final Providers providers;
  private final Workspaces workspaces;

  public RemoteRunOptions(OpenHome home, Providers providers, Workspaces workspaces) {
    this.home = home;
    this.providers = providers;
    this.workspaces = workspaces;
  }

  /**
   * What is asked for, held to this coordinator's rules.
   *
   * @throws dev.agentworkflows.coordinator.RefusedException when it makes no sense here
   */
  public RunOptions of(RequestedRun requested, LoadedScript script) {
    RunOptionsResolver resolver = new RunOptionsResolver(providers);
    String resumed = requested.resumeRunId();
    if (resumed == null) {
      return resolver.fresh(
          requested, Path.of(script.path()), workspaces.of(requested.workspace()), "{}");
    }
    RunRecord earlier = RunLookup.resumable(home.store().reader(), resumed);
    Path workspace = requested.workspace() == null ? null : workspaces.of(requested.workspace());
    return resolver.resuming(requested, earlier, workspace, earlier.settings().argsJson());
  }
}
