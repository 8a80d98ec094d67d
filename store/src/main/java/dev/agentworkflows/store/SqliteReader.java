package dev.agentworkflows.store;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads by statements that stay prepared. They are on the path of every start and of every call,
 * where a library's time would be felt: see the decision on the store.
 */
final class SqliteReader implements RunReader {
  private final ReadConnections connections;

  SqliteReader(ReadConnections connections) {
    this.connections = connections;
  }

  @Override
  public Optional<RunRecord> run(String id) {
    return first(connections.list(RunTable.BY_ID, RunTable::read, id));
  }

  @Override
  public JobSpending jobSpending(String runId) {
    return JobSpending.of(
        runId, this::run, connections.list(RunTable.RESUMES, RunTable.Resume::read, runId));
  }

  @Override
  public Optional<RunRecord> latestRun() {
    return first(connections.list(RunTable.LATEST, RunTable::read));
  }

  @Override
  public List<RunRecord> runs(int limit) {
    return connections.list(RunTable.NEWEST, RunTable::read, limit);
  }

  @Override
  public List<RunRecord> children(String runId) {
    return connections.list(RunTable.CHILDREN, RunTable::read, runId);
  }

  @Override
  public List<RunRecord> earlierRuns(String runId, int limit) {
    return connections.list(RunTable.EARLIER, RunTable::read, runId, runId, limit);
  }

  @Override
  public Optional<String> outputJson(String runId) {
    return text(RunTable.OUTPUT, "output_json", runId);
  }

  @Override
  public Optional<String> traceback(String runId) {
    return text(RunTable.TRACEBACK, "traceback", runId);
  }

  @Override
  public List<CallRecord> calls(String runId) {
    return connections.list(CallTable.OF_RUN, CallTable::read, runId);
  }

  @Override
  public Iterable<CallRecord> eachCall(String runId) {
    return new Pages<>(
        (after, limit) -> calls(runId, (int) after, limit), call -> call.identity().index(), 0);
  }

  @Override
  public Iterable<EventRecord> eachEvent(String runId) {
    return new Pages<>((after, limit) -> events(runId, after, limit), EventRecord::position, 0);
  }

  @Override
  public Optional<CallRecord> call(String callId) {
    return CallId.parse(callId)
        .flatMap(id ->
            first(connections.list(CallTable.BY_ID, CallTable::read, id.runId(), id.index())));
  }

  @Override
  public RunChanges watch(String runId) {
    return new PolledRunChanges(connections, runId);
  }

  @Override
  public Optional<CallTexts> texts(String callId) {
    return CallId.parse(callId)
        .flatMap(id ->
            first(connections.list(CallTable.TEXTS, CallTable::readTexts, id.runId(), id.index())));
  }

  @Override
  public ConversationSize conversationSize(String callId, int maxTurns) {
    CallId id = CallId.require(callId);
    return first(
            connections.list(
                ConversationTable.SIZE,
                ConversationTable::readSize,
                id.index(),
                id.runId(),
                maxTurns + 1))
        .orElseThrow();
  }

  @Override
  public List<ConversationTurn> conversation(String callId, int maxTurns) {
    CallId id = CallId.require(callId);
    return connections
        .list(
            ConversationTable.TURNS, ConversationTable::readTurn, id.index(), id.runId(), maxTurns)
        .stream()
        .sorted(Comparator.comparingInt(ConversationTable.Numbered::back).reversed())
        .map(ConversationTable.Numbered::turn)
        .toList();
  }

  @Override
  public Optional<AnswerSession> session(String callId) {
    CallId id = CallId.require(callId);
    return first(
        connections.list(
            ConversationTable.SESSION, ConversationTable::readSession, id.index(), id.runId()));
  }

  @Override
  public List<EventRecord> events(String runId, long afterPosition, int limit) {
    return connections.list(EventTable.AFTER, EventTable::read, runId, afterPosition, limit);
  }

  @Override
  public List<CallRecord> calls(String runId, int afterIndex, int limit) {
    return connections.list(CallTable.PAGE, CallTable::read, runId, afterIndex, limit);
  }

  @Override
  public Map<CallStatus, Long> callCounts(String runId) {
    Map<CallStatus, Long> counts = new EnumMap<>(CallStatus.class);
    connections.list(
        CallTable.COUNTS,
        row -> {
          for (CallStatus status : CallStatus.values()) {
            long count = row.number(status.label());
            if (count > 0) {
              counts.put(status, count);
            }
          }
          return counts;
        },
        runId);
    return counts;
  }

  @Override
  public List<EventRecord> events(String runId, EventType type) {
    return connections.list(EventTable.OF_TYPE, EventTable::read, runId, type.label());
  }

  @Override
  public List<ApprovalRecord> approvals(String runId) {
    return connections.list(ApprovalTable.OF_RUN, ApprovalTable::read, runId);
  }

  @Override
  public List<ApprovalRecord> approvalAnswers(String runId) {
    return connections.list(ApprovalTable.ANSWERS_OF_RUN, ApprovalTable::read, runId);
  }

  @Override
  public Optional<WorktreeRecord> worktree(String callId) {
    return CallId.parse(callId)
        .flatMap(id ->
            first(
                connections.list(
                    WorktreeTable.BY_CALL, WorktreeTable::read, id.index(), id.runId())));
  }

  @Override
  public List<RememberedSample> remembered(
      String callKey, int after, int occurrence, boolean placed, String rootRunId, int limit) {
    byte[] key = CallTable.key(callKey);
    // With each query, the driver asks SQLite for the names of all its columns.
    if (connections.list(CallTable.IS_REMEMBERED, row -> true, key, after).isEmpty()) {
      return List.of();
    }
    return connections.list(
        CallTable.REMEMBERED,
        CallTable::readSample,
        rootRunId,
        key,
        after,
        occurrence,
        placed ? 1 : 0,
        limit);
  }

  @Override
  public Optional<RememberedResult> answer(long call, String callKey) {
    return first(
        connections.list(
            CallTable.ANSWER, CallTable::readRemembered, call, CallTable.key(callKey)));
  }

  @Override
  public List<PlacedCall> placedCalls(String runId) {
    return connections.list(CallTable.PLACED, CallTable::readPlaced, runId);
  }

  @Override
  public Optional<RunRecord> latestEndedRun(String scriptPath) {
    return first(connections.list(RunTable.LATEST_ENDED, RunTable::read, scriptPath));
  }

  @Override
  public Set<String> ownersOfRunningRuns() {
    return Set.copyOf(connections.list(RunTable.OWNERS_IN_FLIGHT, row -> row.text("owner")));
  }

  @Override
  public List<UsageRecord> usage() {
    return connections.list(UsageTable.ALL, UsageTable::read);
  }

  @Override
  public Map<LocalDate, Long> startedRuns() {
    return connections.list(UsageTable.RUNS, UsageTable.StartedRuns::read).stream()
        .collect(
            Collectors.toMap(
                UsageTable.StartedRuns::day,
                UsageTable.StartedRuns::runs,
                Long::sum,
                TreeMap::new));
  }

  private Optional<String> text(String sql, String column, String runId) {
    return first(connections.list(sql, row -> Optional.ofNullable(row.textOrNull(column)), runId))
        .flatMap(text -> text);
  }

  private static <T> Optional<T> first(List<T> rows) {
    return rows.stream().findFirst();
  }
}
