package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.TreeState;
import dev.agentworkflows.coordinator.worktree.Work;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.KeptWorktree;
import dev.agentworkflows.store.RunWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a worktree when a call has ended that worked there: with work in it it stays, and
 * what the call changed is written down; without it goes. What can't be told counts as work.
 * Blocks, in the call's turn.
 */
final class WorktreeDeparture {

  private static final Duration MIN_INSPECTION = Duration.ofSeconds(10);

  private static final int MAX_NAMED = 5;

  private final Worktrees worktrees;
  private final RunWriter writer;
  private final CallRecorder recorder;

  WorktreeDeparture(Worktrees worktrees, RunWriter writer, CallRecorder recorder) {
    this.worktrees = worktrees;
    this.writer = writer;
    this.recorder = recorder;
  }

  /** As long as the call itself might take; a short one leaves enough for a large checkout. */
  static Duration inspectionTimeout(AdmittedCall call) {
    return call.timeout().compareTo(MIN_INSPECTION) < 0 ? MIN_INSPECTION : call.timeout();
  }

  /**
   * Of a call that may have changed files.
   *
   * @param before null where nobody worked in the worktree before the call
   */
  KeptWorktree ofChanging(
      InFlightCall call,
      AdmittedCall admitted,
      RunWorktrees.Made made,
      @Nullable TreeState before) {
    Worktree worktree = made.plan().worktree();
    KeptWorktree kept = new KeptWorktree(worktree.path().toString(), worktree.branch(), List.of());
    if (call.providerAtWork()) {
      warn(
          admitted,
          "the provider did not stop in time, so the worktree "
              + worktree.path()
              + " is kept as it is");
      return kept;
    }
    try {
      TreeState now = worktrees.state(worktree, inspectionTimeout(admitted));
      if (before != null || !now.work().none()) {
        // Also who changed everything back: files of those before are nobody else's then.
        recorder.leftWorktree(
            admitted, worktree.callId(), before == null ? now.files() : now.since(before));
      }
      if (!now.work().none()) {
        warnOfBeyondPatch(admitted, now.work());
        return new KeptWorktree(
            worktree.path().toString(), now.work().branch(), now.work().changedFiles());
      }
    } catch (GitException | RuntimeException e) {
      warn(
          admitted,
          "the worktree "
              + worktree.path()
              + " could not be looked through and is kept: "
              + e.getMessage());
      return kept;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return kept;
    }
    return remove(admitted, made);
  }

  /**
   * Of a call that should only have read. What it changed all the same stays, and is its own.
   *
   * @param companions calls that read there at the same time: any of them may have done it
   */
  KeptWorktree ofReading(
      InFlightCall call,
      AdmittedCall admitted,
      RunWorktrees.Made made,
      TreeState before,
      Set<String> companions) {
    Worktree worktree = made.plan().worktree();
    if (call.providerAtWork()) {
      warn(admitted, "the provider did not stop in time, and may go on in " + worktree.path());
      return KeptWorktree.NOTHING;
    }
    try {
      TreeState now = worktrees.state(worktree, inspectionTimeout(admitted));
      if (now.isAs(before)) {
        return KeptWorktree.NOTHING;
      }
      Map<String, String> changed = now.since(before);
      recorder.leftWorktree(admitted, worktree.callId(), changed);
      warn(admitted, violation(worktree, changed.keySet(), companions));
      return new KeptWorktree(
          worktree.path().toString(), now.work().branch(), now.work().changedFiles());
    } catch (GitException | RuntimeException e) {
      warn(
          admitted,
          "whether this read-only call changed something in the worktree "
              + worktree.path()
              + " could not be found out: "
              + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new KeptWorktree(worktree.path().toString(), worktree.branch(), List.of());
  }

  private static String violation(Worktree worktree, Set<String> files, Set<String> companions) {
    String who =
        companions.isEmpty()
            ? "this read-only call"
            : "this read-only call, or one that was there at the same time ("
                + String.join(", ", companions)
                + "),";
    String what =
        files.isEmpty()
            ? "something beside its files (commits, the index, branches)"
            : String.join(", ", files.stream().limit(MAX_NAMED).toList())
                + (files.size() > MAX_NAMED
                    ? " and %d more".formatted(files.size() - MAX_NAMED)
                    : "");
    return who + " changed the worktree " + worktree.path() + ": " + what + ". It is kept as it is";
  }

  private static void warnOfBeyondPatch(AdmittedCall call, Work work) {
    if (!work.beyondPatch().isEmpty()) {
      warn(
          call,
          "kept, and not all of it can be shown or applied: "
              + String.join(", ", work.beyondPatch()));
    }
  }

  private KeptWorktree remove(AdmittedCall admitted, RunWorktrees.Made made) {
    Worktree worktree = made.plan().worktree();
    made.standing(false);
    try {
      worktrees.remove(worktree);
      forget(worktree);
    } catch (GitException | RuntimeException e) {
      warnOfLeftBehind(admitted, worktree, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return KeptWorktree.NOTHING;
  }

  /** Nothing is left of a worktree. */
  void forget(Worktree worktree) {
    // Written before the call's end, which is waited for; gc does it again where this fails.
    var unused = writer.removeWorktree(worktree.callId());
  }

  void warnOfLeftBehind(AdmittedCall call, Worktree worktree, String why) {
    warn(
        call,
        "the empty worktree "
            + worktree.path()
            + " could not be removed: "
            + why
            + ". The next gc will try again");
  }

  private static void warn(AdmittedCall call, String message) {
    call.scope().events().warning(call.id(), message);
  }
}
