package dev.agentworkflows.store;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What every command, view and call reads: a run, its calls and its events, the answers that may
 * stand in for a call, and what was paid. None of it waits for a library to be loaded.
 *
 * <p>Thread-safe. Reads block, see everything committed, and throw {@link StoreException}.
 */
public interface RunReader {

  /** The run with this id. */
  Optional<RunRecord> run(String id);

  /**
   * What all attempts of a job spent: the run, those that it resumes, and those that resume any of
   * them.
   */
  JobSpending jobSpending(String runId);

  /** The newest run that is nobody's child. */
  Optional<RunRecord> latestRun();

  /** The newest runs, children included, newest first. */
  List<RunRecord> runs(int limit);

  /** The runs that this run started, in order. */
  List<RunRecord> children(String runId);

  /** Runs of the same script that are older than this one, newest first. */
  List<RunRecord> earlierRuns(String runId, int limit);

  /** What the run's {@code main} returned; empty while it has not. */
  Optional<String> outputJson(String runId);

  /** Where the run's script failed; empty when it did not. */
  Optional<String> traceback(String runId);

  /** A run's calls by index, all in memory: for runs that are known to be short. */
  List<CallRecord> calls(String runId);

  /** A run's calls by index, of which few are in memory at a time. Each iteration reads anew. */
  Iterable<CallRecord> eachCall(String runId);

  /** A run's events in order, of which few are in memory at a time. Each iteration reads anew. */
  Iterable<EventRecord> eachEvent(String runId);

  /** The call with this id. */
  Optional<CallRecord> call(String callId);

  /** Follows a run's calls from their beginning. */
  RunChanges watch(String runId);

  /** A call's texts; for a hit those of the call that answered it. */
  Optional<CallTexts> texts(String callId);

  /**
   * How long the conversation is that a call ended, itself included.
   *
   * @param maxTurns how many calls are counted
   */
  ConversationSize conversationSize(String callId, int maxTurns);

  /**
   * What was said in the conversation that a call ended, oldest first, without calls that are there
   * no more.
   */
  List<ConversationTurn> conversation(String callId, int maxTurns);

  /** The provider's side of the conversation that a call ended; empty when it keeps none. */
  Optional<AnswerSession> session(String callId);

  /** A run's events after a position, in order. */
  List<EventRecord> events(String runId, long afterPosition, int limit);

  /** A run's calls behind the one with this index, in order; at most so many. */
  List<CallRecord> calls(String runId, int afterIndex, int limit);

  /** How many calls of a run there are of each status that some have. */
  Map<CallStatus, Long> callCounts(String runId);

  /** A run's events of one type, in order. */
  List<EventRecord> events(String runId, EventType type);

  /** What a run and its children asked people, in order. */
  List<ApprovalRecord> approvals(String runId);

  /** Those of them that have an answer, without the texts of question, label and phase. */
  List<ApprovalRecord> approvalAnswers(String runId);

  /**
   * The worktree that a call worked in: made, or to be made, for it or for another call of its run.
   */
  Optional<WorktreeRecord> worktree(String callId);

  /**
   * Answers that may stand in for a call of a run tree, by their numbers, unless the tree paid for
   * them itself.
   *
   * @param callKey 32 bytes as hex
   * @param after the number after which the next are wanted
   * @param occurrence the number that a sample must have which was paid for without a place
   * @param placed whether the call has a place: without one, the number alone decides
   */
  List<RememberedSample> remembered(
      String callKey, int after, int occurrence, boolean placed, String rootRunId, int limit);

  /**
   * The answer of a call that was paid for; empty when it is there no more.
   *
   * @param call as {@link PlacedCall#answer} gives it
   * @param callKey 32 bytes as hex
   */
  Optional<RememberedResult> answer(long call, String callKey);

  /** A run's read-only calls whose places are known, in their order. */
  List<PlacedCall> placedCalls(String runId);

  /** The newest run of a script that is nobody's child and has ended. */
  Optional<RunRecord> latestEndedRun(String scriptPath);

  /** The owners of all runs that are {@code running}; some may be dead. */
  Set<String> ownersOfRunningRuns();

  /**
   * What was ever paid, by day, provider and model, oldest first; also for runs that were removed.
   * Takes no longer for more calls.
   */
  List<UsageRecord> usage();

  /** How many runs were started on each day (UTC), oldest first; also those that were removed. */
  Map<LocalDate, Long> startedRuns();
}
