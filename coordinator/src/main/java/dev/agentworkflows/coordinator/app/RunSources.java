package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.cache.CacheExplanation;
import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.cache.EarlierRuns;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.report.CallDiff;
import dev.agentworkflows.coordinator.report.ReportSources;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.store.WorktreeRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a home knows of a run beside its records, for a report of it. For one thread. */
public final class RunSources implements ReportSources {

  private final Store store;
  private final RunRecord run;
  private final Worktrees worktrees;
  private final Redactor redactor;
  private final Instant now;
  private final @Nullable Path page;
  private @Nullable List<CacheReason> reasons;

  /**
   * Of one run.
   *
   * @param redactor for what agents wrote into files
   * @param page where the report will be, which can then link to files; null when that is nowhere
   */
  private RunSources(
      Store store,
      RunRecord run,
      Worktrees worktrees,
      Redactor redactor,
      Instant now,
      @Nullable Path page) {
    this.store = store;
    this.run = run;
    this.worktrees = worktrees;
    this.redactor = redactor;
    this.now = now;
    this.page = page;
  }

  /** The same for a page that is nowhere. */
  public static RunSources of(OpenHome home, RunRecord run) {
    return of(home, run, null);
  }

  static RunSources of(OpenHome home, RunRecord run, @Nullable Path page) {
    Worktrees worktrees =
        new Worktrees(home.variables(), AllowedWorkspaces.any(), home.store().home());
    return new RunSources(
        home.store(), run, worktrees, home.redactor().get(), home.clock().instant(), page);
  }

  @Override
  public List<CacheReason> cacheReasons() {
    if (reasons == null) {
      reasons =
          CacheExplanation.explain(run, store.reader().eachCall(run.id()), earlierRuns(store));
    }
    return reasons;
  }

  /** Why each call of a run was or was not answered from memory, found as it is asked for. */
  public static Iterable<CacheReason> eachCacheReason(Store store, RunRecord run) {
    return CacheExplanation.each(run, store.reader().eachCall(run.id()), earlierRuns(store));
  }

  /** A store, as explanations ask it. */
  private static EarlierRuns earlierRuns(Store store) {
    return new EarlierRuns() {
      @Override
      public List<RunRecord> before(String runId, int limit) {
        return store.reader().earlierRuns(runId, limit);
      }

      @Override
      public Iterable<CallRecord> calls(String runId) {
        return store.reader().eachCall(runId);
      }

      @Override
      public List<CallRecord> calls(String runId, int afterIndex, int limit) {
        return store.reader().calls(runId, afterIndex, limit);
      }
    };
  }

  @Override
  public List<RunRecord> children() {
    return store.reader().children(run.id());
  }

  @Override
  public CallDiff diff(CallRecord call) {
    Optional<WorktreeRecord> found = store.reader().worktree(call.id());
    if (found.isEmpty()) {
      return new CallDiff.None("The call had no worktree of its own.");
    }
    WorktreeRecord worktree = found.get();
    if (!worktree.standing()) {
      return new CallDiff.None(
          worktree.appliedAt() == null
              ? "The worktree is removed."
              : "It was applied, and the worktree is removed.");
    }
    if (!Files.isDirectory(Path.of(worktree.path()))) {
      return new CallDiff.None(
          "The worktree is not there any more. Its commits, if any, are on its branch.");
    }
    return patch(worktree);
  }

  private CallDiff patch(WorktreeRecord worktree) {
    try {
      Worktree recorded = Worktree.of(worktree);
      Optional<String> foreign = worktrees.foreign(recorded);
      if (foreign.isPresent()) {
        return new CallDiff.None("It can't be inspected: " + foreign.get() + ".");
      }
      byte[] patch = worktrees.patch(recorded).text();
      return new CallDiff.Text(redactor.redact(new String(patch, StandardCharsets.UTF_8)));
    } catch (GitException e) {
      return new CallDiff.None("git can't show it: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new CallDiff.None("Interrupted while git was at work.");
    }
  }

  @Override
  public Optional<TextLinks> links(CallRecord call) {
    if (page == null) {
      return Optional.empty();
    }
    RunFiles.CallFiles files = new RunFiles(store).makeCallFiles(call, Path.of(run.outputDir()));
    return Optional.of(
        new TextLinks(
            href(page, files.prompt()),
            Optional.ofNullable(files.text()).map(file -> href(page, file))));
  }

  @Override
  public List<FileLink> files() {
    Path directory = Path.of(run.outputDir());
    if (page == null || !Files.isDirectory(directory)) {
      return List.of();
    }
    List<FileLink> links = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(this::isShown).sorted().toList()) {
        links.add(new FileLink(file.getFileName().toString(), href(page, file), Files.size(file)));
      }
    } catch (IOException e) {
      return links;
    }
    return links;
  }

  private boolean isShown(Path file) {
    if (!PrivateFiles.isHeldIn(store.home(), file)) {
      return false;
    }
    String name = file.getFileName().toString();
    return !name.startsWith(".") && !name.startsWith("report.") && !file.equals(page);
  }

  /** Relative where the page lies above the file, so that both can be moved together. */
  private static String href(Path page, Path file) {
    Path directory = page.toAbsolutePath().getParent();
    if (directory == null || !file.startsWith(directory)) {
      return file.toUri().toString();
    }
    // As a URI, for the sake of names with spaces and signs.
    String base = directory.toUri().toString();
    String whole = file.toUri().toString();
    return whole.startsWith(base) ? "./" + whole.substring(base.length()) : whole;
  }

  @Override
  public Instant now() {
    return run.times().completedAt() == null ? now : run.times().completedAt();
  }

  @Override
  public String redacted(String text) {
    return redactor.redact(text);
  }
}
