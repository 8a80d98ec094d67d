package dev.agentworkflows.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The kept truth about runs, calls, events, artifacts and remembered answers: one SQLite file.
 *
 * <p>Thread-safe. Any number of stores, in any number of processes, may be open on one file.
 *
 * <p>Writes never block. They are applied in the order in which they were asked for; the future
 * completes once the change is durable, on the writer's thread, where the caller's continuations
 * run (so they must be short and must not wait for another write), or exceptionally with a {@link
 * StoreException}. Reads block, see everything committed, and throw {@link StoreException}.
 *
 * <p>Times are kept to the microsecond, money to the billionth of a dollar.
 */
public final class RunStore implements Store, RunWriter, RunReader, RunHistory {
  private final Database database;
  private final CheckedWriter writer;
  private final ReadConnections reading;
  private final JdbiQueries jdbi;

  private RunStore(Database database, CheckedWriter writer, ReadConnections.Opening opening) {
    this.database = database;
    this.writer = writer;
    this.reading = new ReadConnections(database, opening);
    this.jdbi = new JdbiQueries(reading, database.troubles(), database.home());
  }

  /**
   * Opens the database, which is created (readable by its owner only) or migrated when need be. A
   * file that is not ours is left untouched.
   *
   * @param file in a directory that exists
   */
  public static RunStore open(Path file) {
    Database database = Database.at(file);
    try {
      return new RunStore(database, CheckedWriter.on(database), database::connectReadOnly);
    } catch (SQLException e) {
      throw database.troubles().explain(e);
    }
  }

  /**
   * As {@link #open}, for commands that look: a database that can't be written to, as on a disk
   * that is full or read-only, is read as it is, and every write to it fails.
   */
  public static RunStore openToLook(Path file) {
    try {
      return open(file);
    } catch (StoreException unwritable) {
      if (!unwritable.isOfTheDisk()) {
        throw unwritable;
      }
      Database database = Database.at(file);
      RunStore store =
          new RunStore(database, CheckedWriter.refusing(database, unwritable), database::connectToLook);
      try {
        store.ownersOfRunningRuns();
        return store;
      } catch (StoreException e) {
        store.close();
        unwritable.addSuppressed(e);
        throw unwritable;
      }
    }
  }

  @Override
  public RunWriter writer() {
    return this;
  }

  @Override
  public RunReader reader() {
    return this;
  }

  @Override
  public RunHistory history() {
    return this;
  }

  /** The directory that the database lies in, with the directories of its runs. */
  @Override
  public Path home() {
    return database.home();
  }

  /** Adds a run. Fails when its id is there already. */
  @Override
  public CompletableFuture<Void> addRun(RunRecord run) {
    return writer.write(session -> {
      RunTable.add(session, run);
      UsageTable.addRun(session, run.createdAt());
    });
  }

  /** Writes a run's end; replaces an earlier one. */
  @Override
  public CompletableFuture<Void> endRun(RunCompletionRow ending) {
    byte[] outputJson = bytes(ending.outputJson());
    byte[] traceback = bytes(ending.traceback());
    return writer.write(session -> RunTable.end(session, ending, outputJson, traceback));
  }

  /** Adds a running call to a run. */
  @Override
  public CompletableFuture<Void> startCall(CallStart start) {
    byte[] prompt = GeneralizedUtf8.encode(start.prompt());
    return writer.begin(session -> CallTable.start(session, start, prompt));
  }

  /**
   * Writes down what a running call waits for, unless it has gone out since.
   *
   * @param attempts how many were made of it
   */
  @Override
  public CompletableFuture<Void> waitCall(String callId, int attempts, CallWait wait) {
    return writer.write(session -> CallTable.waiting(session, callId, attempts, wait));
  }

  /** Writes down that a running call goes on to another provider, and why. */
  @Override
  public CompletableFuture<Void> triedCall(CallTried tried) {
    return writer.write(session -> CallTable.tried(session, tried));
  }

  /**
   * Writes down that a running call goes out: if its coordinator dies, it is counted for what is
   * said here, for its provider may go on with it. Its end takes the place of this.
   */
  @Override
  public CompletableFuture<Void> sendCall(CallSent sent) {
    return writer.write(session -> CallTable.sent(session, sent));
  }

  /**
   * Writes a call's end, counts what it was billed, and remembers its answer when told to; replaces
   * an earlier end.
   */
  @Override
  public CompletableFuture<Void> endCall(CallCompletionRow end) {
    byte[] text = bytes(end.text());
    byte[] valueJson = bytes(end.valueJson());
    return writer.write(session -> CallTable.end(session, end, text, valueJson));
  }

  /** Adds a call that a remembered answer stands in for. */
  @Override
  public CompletableFuture<Void> addHit(CallHit hit) {
    return writer.write(session -> CallTable.addHit(session, hit));
  }

  /**
   * Counts what was paid for a batch, once: added to what is counted for the same day, provider and
   * model. Nothing takes it back.
   *
   * @return false when this batch was counted before, by this process or any other; then nothing is
   */
  @Override
  public CompletableFuture<Boolean> billBatch(String batchId, Instant at, List<UsageRecord> usage) {
    List<UsageRecord> bill = List.copyOf(usage);
    AtomicBoolean counted = new AtomicBoolean();
    return writer
        .write(session -> counted.set(UsageTable.bill(session, batchId, at, bill)))
        .thenApply(durable -> counted.get());
  }

  /**
   * Takes a session away from the answer that it belongs to, durably: for who goes on in one that
   * only one call may.
   *
   * @param callId of the call that was paid for
   * @return false when it was taken before, by this process or any other
   */
  @Override
  public CompletableFuture<Boolean> takeSession(String callId, String sessionId) {
    AtomicBoolean taken = new AtomicBoolean();
    return writer
        .write(session -> taken.set(ConversationTable.takeSession(session, callId, sessionId)))
        .thenApply(durable -> taken.get());
  }

  /** Adds an event. Fails when the run has one at its position. */
  @Override
  public CompletableFuture<Void> addEvent(EventRecord event) {
    return writer.write(session -> EventTable.add(session, event));
  }

  /** Adds a file; replaces the one of the same run, kind and call. */
  @Override
  public CompletableFuture<Void> addArtifact(ArtifactRecord artifact) {
    return writer.write(session -> ArtifactTable.add(session, artifact));
  }

  /** Adds the worktree that is about to be made for a running call. */
  @Override
  public CompletableFuture<Void> addWorktree(WorktreeRecord worktree) {
    return writer.write(session -> WorktreeTable.add(session, worktree));
  }

  /**
   * Writes down that a running call is about to work in a worktree that was made for another call
   * of its run.
   *
   * @param changing it may change files there: the worktree stands from now on, also when it was
   *     removed before
   */
  @Override
  public CompletableFuture<Void> enterWorktree(
      String callId, WorktreeRecord worktree, boolean changing) {
    return writer.write(session -> WorktreeTable.enter(session, callId, worktree, changing));
  }

  /** Writes down what a call left in a worktree, its own or another's. */
  @Override
  public CompletableFuture<Void> leaveWorktree(WorktreeUse use) {
    return writer.write(session -> WorktreeTable.leave(session, use));
  }

  /** Writes down that nothing is left of a call's worktree. */
  @Override
  public CompletableFuture<Void> removeWorktree(String callId) {
    return writer.write(session -> WorktreeTable.remove(session, callId));
  }

  /**
   * Writes down that what a call's worktree holds was brought into the workspace.
   *
   * @param digest of what was brought in
   */
  @Override
  public CompletableFuture<Void> applyWorktree(String callId, String digest, Instant at) {
    return writer.write(session -> WorktreeTable.apply(session, callId, digest, at));
  }

  /** Adds a question to a person. Fails when the run has one at its position. */
  @Override
  public CompletableFuture<Void> addApproval(ApprovalRecord approval) {
    return writer.write(session -> ApprovalTable.add(session, approval));
  }

  /**
   * Writes an answer, unless another came first, from this process or from any other: {@link
   * #approvals} tells which stands.
   */
  @Override
  public CompletableFuture<Void> answerApproval(ApprovalRecord answered) {
    return writer.write(session -> ApprovalTable.answer(session, answered));
  }

  /**
   * Removes a run with its calls, events and answers. Its children, and what it cost, stay.
   *
   * @param since when the caller began to find out that nobody needs the run
   * @return false when a run has begun since then, or is running: it may be answered from this one,
   *     which is left alone
   */
  @Override
  public CompletableFuture<Boolean> removeRun(String runId, Instant since) {
    AtomicBoolean removed = new AtomicBoolean();
    return writer
        .write(session -> removed.set(RunRemoval.remove(session, runId, since)))
        .thenApply(durable -> removed.get());
  }

  /**
   * Ends what dead coordinators left running: their runs become {@code interrupted}, those runs'
   * calls {@code cancelled}.
   */
  @Override
  public CompletableFuture<Void> interruptRunsOf(Collection<String> owners, Instant at) {
    List<String> gone = List.copyOf(owners);
    return writer.write(session -> {
      for (String owner : gone) {
        RunTable.interrupt(session, owner, at);
      }
    });
  }

  /** The run with this id. */
  @Override
  public Optional<RunRecord> run(String id) {
    return first(reading.list(RunTable.BY_ID, RunTable::read, id));
  }

  /**
   * What all attempts of a job spent: the run, those that it resumes, and those that resume any of
   * them.
   */
  @Override
  public JobSpending jobSpending(String runId) {
    return JobSpending.of(
        runId, this::run, reading.list(RunTable.RESUMES, RunTable.Resume::read, runId));
  }

  /** The newest run that is nobody's child. */
  @Override
  public Optional<RunRecord> latestRun() {
    return first(reading.list(RunTable.LATEST, RunTable::read));
  }

  /** The newest runs, children included, newest first. */
  @Override
  public List<RunRecord> runs(int limit) {
    return reading.list(RunTable.NEWEST, RunTable::read, limit);
  }

  /** The runs that this run started, in order. */
  @Override
  public List<RunRecord> children(String runId) {
    return jdbi.list(RunTable.CHILDREN, RunTable::read, runId);
  }

  /** Runs of the same script that are older than this one, newest first. */
  @Override
  public List<RunRecord> earlierRuns(String runId, int limit) {
    return jdbi.list(RunTable.EARLIER, RunTable::read, runId, runId, limit);
  }

  /** What the run's {@code main} returned; empty while it has not. */
  @Override
  public Optional<String> outputJson(String runId) {
    return text(RunTable.OUTPUT, runId);
  }

  /** Where the run's script failed; empty when it did not. */
  @Override
  public Optional<String> traceback(String runId) {
    return text(RunTable.TRACEBACK, runId);
  }

  /** A run's calls by index, all in memory: for runs that are known to be short. */
  @Override
  public List<CallRecord> calls(String runId) {
    return reading.list(CallTable.OF_RUN, CallTable::read, runId);
  }

  /** A run's calls by index, of which few are in memory at a time. Each iteration reads anew. */
  @Override
  public Iterable<CallRecord> eachCall(String runId) {
    return new Pages<>(
        (after, limit) -> calls(runId, (int) after, limit), CallRecord::callIndex, 0);
  }

  /** A run's events in order, of which few are in memory at a time. Each iteration reads anew. */
  @Override
  public Iterable<EventRecord> eachEvent(String runId) {
    return new Pages<>((after, limit) -> events(runId, after, limit), EventRecord::position, 0);
  }

  /** The call with this id. */
  @Override
  public Optional<CallRecord> call(String callId) {
    return CallId.parse(callId)
        .flatMap(
            id -> first(reading.list(CallTable.BY_ID, CallTable::read, id.runId(), id.index())));
  }

  /** Follows a run's calls from their beginning. */
  @Override
  public RunChanges watch(String runId) {
    return new RunChanges(reading, runId);
  }

  /** A call's texts; for a hit those of the call that answered it. */
  @Override
  public Optional<CallTexts> texts(String callId) {
    return CallId.parse(callId)
        .flatMap(id ->
            first(reading.list(CallTable.TEXTS, CallTable::readTexts, id.runId(), id.index())));
  }

  /**
   * How long the conversation is that a call ended, itself included.
   *
   * @param maxTurns how many calls are counted
   */
  @Override
  public ConversationSize conversationSize(String callId, int maxTurns) {
    CallId id = CallId.require(callId);
    return first(
            reading.list(
                ConversationTable.SIZE,
                ConversationTable::readSize,
                id.index(),
                id.runId(),
                maxTurns + 1))
        .orElseThrow();
  }

  /**
   * What was said in the conversation that a call ended, oldest first, without calls that are there
   * no more.
   */
  @Override
  public List<ConversationTurn> conversation(String callId, int maxTurns) {
    CallId id = CallId.require(callId);
    return reading
        .list(
            ConversationTable.TURNS, ConversationTable::readTurn, id.index(), id.runId(), maxTurns)
        .stream()
        .sorted(Comparator.comparingInt(ConversationTable.Numbered::back).reversed())
        .map(ConversationTable.Numbered::turn)
        .toList();
  }

  /** The provider's side of the conversation that a call ended; empty when it keeps none. */
  @Override
  public Optional<AnswerSession> session(String callId) {
    CallId id = CallId.require(callId);
    return first(
        reading.list(
            ConversationTable.SESSION, ConversationTable::readSession, id.index(), id.runId()));
  }

  /** A run's events after a position, in order. */
  @Override
  public List<EventRecord> events(String runId, long afterPosition, int limit) {
    return reading.list(EventTable.AFTER, EventTable::read, runId, afterPosition, limit);
  }

  /** A run's calls behind the one with this index, in order; at most so many. */
  @Override
  public List<CallRecord> calls(String runId, int afterIndex, int limit) {
    return reading.list(CallTable.PAGE, CallTable::read, runId, afterIndex, limit);
  }

  /** How many calls of a run there are of each status that some have. */
  @Override
  public Map<CallStatus, Long> callCounts(String runId) {
    Map<CallStatus, Long> counts = new EnumMap<>(CallStatus.class);
    reading.list(
        CallTable.COUNTS,
        row -> {
          for (CallStatus status : CallStatus.values()) {
            long count = row.number();
            if (count > 0) {
              counts.put(status, count);
            }
          }
          return counts;
        },
        runId);
    return counts;
  }

  /** A run's events of one type, in order. */
  @Override
  public List<EventRecord> events(String runId, String type) {
    return reading.list(EventTable.OF_TYPE, EventTable::read, runId, type);
  }

  /** A run's files: its own first, then by call. */
  @Override
  public List<ArtifactRecord> artifacts(String runId) {
    return jdbi.list(ArtifactTable.OF_RUN, ArtifactTable::read, runId);
  }

  /** What a run and its children asked people, in order. */
  @Override
  public List<ApprovalRecord> approvals(String runId) {
    return reading.list(ApprovalTable.OF_RUN, ApprovalTable::read, runId);
  }

  /** Those of them that have an answer, without the texts of question, label and phase. */
  @Override
  public List<ApprovalRecord> approvalAnswers(String runId) {
    return reading.list(ApprovalTable.ANSWERS_OF_RUN, ApprovalTable::read, runId);
  }

  /** Who worked in the worktree of a call: in the order in which they left, then the others. */
  @Override
  public List<WorktreeUse> worktreeUses(String worktreeCallId) {
    return CallId.parse(worktreeCallId)
        .map(id ->
            WorktreeTable.uses(
                worktreeCallId,
                jdbi.list(
                    WorktreeTable.USES, WorktreeTable.UsedFile::read, id.index(), id.runId())))
        .orElse(List.of());
  }

  /**
   * The worktree that a call worked in: made, or to be made, for it or for another call of its run.
   */
  @Override
  public Optional<WorktreeRecord> worktree(String callId) {
    return CallId.parse(callId)
        .flatMap(id ->
            first(
                reading.list(WorktreeTable.BY_CALL, WorktreeTable::read, id.index(), id.runId())));
  }

  /** All worktrees that are not known to be removed, oldest first. */
  @Override
  public List<WorktreeRecord> standingWorktrees() {
    return jdbi.list(WorktreeTable.STANDING, WorktreeTable::read);
  }

  /**
   * For each run whose answers stand in for calls of other runs: which runs those are. Walks all
   * calls.
   */
  @Override
  public Map<String, Set<String>> runsAnsweredBy() {
    return jdbi.list(RunRemoval.ANSWERING, RunRemoval.Answering::read).stream()
        .collect(
            Collectors.groupingBy(
                RunRemoval.Answering::giver,
                Collectors.mapping(RunRemoval.Answering::taker, Collectors.toSet())));
  }

  /**
   * Answers that may stand in for a call of a run tree, by their numbers, unless the tree paid for
   * them itself.
   *
   * @param callKey 32 bytes as hex
   * @param after the number after which the next are wanted
   * @param occurrence the number that a sample must have which was paid for without a place
   * @param placed whether the call has a place: without one, the number alone decides
   */
  @Override
  public List<RememberedSample> remembered(
      String callKey, int after, int occurrence, boolean placed, String rootRunId, int limit) {
    return reading.list(
        CallTable.REMEMBERED,
        CallTable::readSample,
        rootRunId,
        CallTable.key(callKey),
        after,
        occurrence,
        placed ? 1 : 0,
        limit);
  }

  /**
   * The answer of a call that was paid for; empty when it is there no more.
   *
   * @param call as {@link PlacedCall#answer} gives it
   * @param callKey 32 bytes as hex
   */
  @Override
  public Optional<RememberedResult> answer(long call, String callKey) {
    return first(
        reading.list(CallTable.ANSWER, CallTable::readRemembered, call, CallTable.key(callKey)));
  }

  /** A run's read-only calls whose places are known, in their order. */
  @Override
  public List<PlacedCall> placedCalls(String runId) {
    return reading.list(CallTable.PLACED, CallTable::readPlaced, runId);
  }

  /** The newest run of a script that is nobody's child and has ended. */
  @Override
  public Optional<RunRecord> latestEndedRun(String scriptPath) {
    return first(reading.list(RunTable.LATEST_ENDED, RunTable::read, scriptPath));
  }

  /**
   * What was ever paid, by day, provider and model, oldest first; also for runs that were removed.
   * Takes no longer for more calls.
   */
  @Override
  public List<UsageRecord> usage() {
    return reading.list(UsageTable.ALL, UsageTable::read);
  }

  /** How many runs were started on each day (UTC), oldest first; also those that were removed. */
  @Override
  public Map<LocalDate, Long> startedRuns() {
    return new TreeMap<>(
        reading.list(UsageTable.RUNS, UsageTable::readRuns).stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** The owners of all runs that are {@code running}; some may be dead. */
  @Override
  public Set<String> ownersOfRunningRuns() {
    return Set.copyOf(reading.list(RunTable.OWNERS_IN_FLIGHT, Row::text));
  }

  /** Waits until everything that was asked for is written, then closes. */
  @Override
  public void close() {
    writer.close();
    try {
      reading.close();
      writer.disconnect();
    } catch (SQLException e) {
      throw database.troubles().explain(e);
    }
  }

  private Optional<String> text(String sql, String runId) {
    return reading.list(sql, row -> Optional.ofNullable(row.textOrNull()), runId).stream()
        .findFirst()
        .flatMap(text -> text);
  }

  private static <T> Optional<T> first(List<T> rows) {
    return rows.stream().findFirst();
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : GeneralizedUtf8.encode(text);
  }
}
