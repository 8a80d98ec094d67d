package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.RunFiles;
import dev.agentworkflows.coordinator.approval.Approvals;
import dev.agentworkflows.coordinator.call.CallPipeline;
import dev.agentworkflows.coordinator.call.SharedLimits;
import dev.agentworkflows.coordinator.home.WorkflowHome;
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
import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** All that carries runs in this process, without what listens for shims. */
final class LocalCoordinator implements AutoCloseable {

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
   * @param store closed by whoever opened it, after this
   */
  static LocalCoordinator start(
      WorkflowHome home,
      Store store,
      Providers providers,
      AllowedWorkspaces workspaces,
      Environment environment) {
    Prices prices = Prices.of(environment.variables());
    Redactor redactor = providers.redactor();
    SecureRandom random = new SecureRandom();
    Clock clock = environment.clock();
    Worktrees worktrees =
        new Worktrees(
            ChildEnvironment.of(environment.variables(), providers.keyVariables()),
            workspaces,
            home.directory());
    CoordinatorLocks.Owner owner = CoordinatorLocks.enter(home);
    SharedLimits shared = environment.limits();
    SharedLimits limits = shared == null ? new SharedLimits(clock) : shared;
    CallPipeline pipeline =
        new CallPipeline(store, providers, prices, worktrees, redactor, limits, clock, random);
    RunRecords records =
        new RunRecords(home.directory(), providers, redactor, owner.name(), clock, random);
    Approvals approvals = new Approvals(store, redactor, clock);
    Runs runs = new Runs(store, records, pipeline, approvals, new RunFiles(store), redactor, clock);
    return new LocalCoordinator(
        owner,
        pipeline,
        approvals,
        runs,
        CancelRequests.watch(home, runs),
        shared == null ? limits : null);
  }

  Runs runs() {
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
