package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunFiles;
import dev.agentworkflows.coordinator.approval.Approvals;
import dev.agentworkflows.coordinator.call.CallPipeline;
import dev.agentworkflows.coordinator.call.SharedLimits;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.run.CancelRequests;
import dev.agentworkflows.coordinator.run.CoordinatorLocks;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.coordinator.secret.ChildEnvironment;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.Store;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** All that carries runs in this process, without what listens for shims. */
public final class LocalCoordinator implements AutoCloseable {

  private final CoordinatorLocks.Owner owner;
  private final CallPipeline pipeline;
  private final Approvals approvals;
  private final Runs runs;
  private final CancelRequests cancelRequests;
  private final @Nullable SharedLimits ownLimits;

  private LocalCoordinator(
      CoordinatorLocks.Owner owner,
      CallPipeline pipeline,
      Approvals approvals,
      Runs runs,
      CancelRequests cancelRequests,
      @Nullable SharedLimits ownLimits) {
    this.owner = owner;
    this.pipeline = pipeline;
    this.approvals = approvals;
    this.runs = runs;
    this.cancelRequests = cancelRequests;
    this.ownLimits = ownLimits;
  }

  /**
   * Ready for runs of this home.
   *
   * @param home closed by whoever opened it, after this
   * @param workspaces where calls may work
   * @param shared limits that others use as well; null for limits of its own
   */
  public static LocalCoordinator start(
      OpenHome home,
      Providers providers,
      AllowedWorkspaces workspaces,
      @Nullable SharedLimits shared) {
    Store store = home.store();
    Path directory = home.home().directory();
    Prices prices = Prices.of(home.variables());
    Redactor redactor = providers.redactor();
    SecureRandom random = new SecureRandom();
    Clock clock = home.clock();
    Worktrees worktrees =
        new Worktrees(
            ChildEnvironment.of(home.variables(), providers.keyVariables()), workspaces, directory);
    CoordinatorLocks.Owner owner = CoordinatorLocks.enter(home.home());
    SharedLimits limits = shared == null ? new SharedLimits(clock) : shared;
    CallPipeline pipeline =
        new CallPipeline(store, providers, prices, worktrees, redactor, limits, clock, random);
    RunRecords records =
        new RunRecords(directory, providers, redactor, owner.name(), clock, random);
    Approvals approvals = new Approvals(store, redactor, clock);
    Runs runs = new Runs(store, records, pipeline, approvals, new RunFiles(store), redactor, clock);
    return new LocalCoordinator(
        owner,
        pipeline,
        approvals,
        runs,
        CancelRequests.watch(home.home(), runs),
        shared == null ? limits : null);
  }

  public Runs runs() {
    return runs;
  }

  @Override
  public void close() {
    cancelRequests.close();
    approvals.close();
    pipeline.close();
    if (ownLimits != null) {
      ownLimits.close();
    }
    owner.close();
  }
}
