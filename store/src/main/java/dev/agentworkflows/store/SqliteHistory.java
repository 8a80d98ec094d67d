package dev.agentworkflows.store;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads through Jdbi, whose names and mappers say what a query needs and gives. Jdbi is loaded when
 * the first is asked: that takes longer than all the rest of a start.
 */
final class SqliteHistory implements RunHistory {
  private final CheckedWriter writer;
  private final ReadConnections connections;
  private final StoreErrors troubles;
  private final Path home;
  private @Nullable Jdbi loaded;

  SqliteHistory(Database database, CheckedWriter writer, ReadConnections connections) {
    this.writer = writer;
    this.connections = connections;
    this.troubles = database.troubles();
    this.home = database.home();
  }

  @Override
  public List<RunRecord> children(String runId) {
    return read(
        handle ->
            handle
                .createQuery(RunTable.CHILDREN)
                .bind("run", runId)
                .mapTo(RunRecord.class)
                .list());
  }

  @Override
  public List<RunRecord> earlierRuns(String runId, int limit) {
    return read(
        handle ->
            handle
                .createQuery(RunTable.EARLIER)
                .bind("run", runId)
                .bind("limit", limit)
                .mapTo(RunRecord.class)
                .list());
  }

  @Override
  public List<ArtifactRecord> artifacts(String runId) {
    return read(
        handle ->
            handle
                .createQuery(ArtifactTable.OF_RUN)
                .bind("run", runId)
                .mapTo(ArtifactRecord.class)
                .list());
  }

  @Override
  public List<WorktreeUse> worktreeUses(String worktreeCallId) {
    return CallId.parse(worktreeCallId)
        .map(
            id ->
                read(
                    handle ->
                        handle
                            .createQuery(WorktreeTable.USES)
                            .bind("run", id.runId())
                            .bind("index", id.index())
                            .mapTo(WorktreeTable.UsedFile.class)
                            .list()))
        .map(rows -> WorktreeTable.uses(worktreeCallId, rows))
        .orElse(List.of());
  }

  @Override
  public List<WorktreeRecord> standingWorktrees() {
    return read(
        handle -> handle.createQuery(WorktreeTable.STANDING).mapTo(WorktreeRecord.class).list());
  }

  @Override
  public Map<String, Set<String>> runsAnsweredBy() {
    return read(
        handle ->
            handle
                .createQuery(RunRemoval.ANSWERING)
                .mapTo(RunRemoval.Answering.class)
                .collect(
                    Collectors.groupingBy(
                        RunRemoval.Answering::giver,
                        Collectors.mapping(RunRemoval.Answering::taker, Collectors.toSet()))));
  }

  @Override
  public List<UsageRecord> usage() {
    return read(handle -> handle.createQuery(UsageTable.ALL).mapTo(UsageRecord.class).list());
  }

  @Override
  public Map<LocalDate, Long> startedRuns() {
    return read(
        handle ->
            handle
                .createQuery(UsageTable.RUNS)
                .mapTo(UsageTable.StartedRuns.class)
                .collect(
                    Collectors.toMap(
                        UsageTable.StartedRuns::day,
                        UsageTable.StartedRuns::runs,
                        Long::sum,
                        TreeMap::new)));
  }

  @Override
  public CompletableFuture<Boolean> removeRun(String runId, Instant since) {
    AtomicBoolean removed = new AtomicBoolean();
    return writer
        .write(session -> removed.set(RunRemoval.remove(session, runId, since)))
        .thenApply(durable -> removed.get());
  }

  @Override
  public CompletableFuture<Boolean> billBatch(String batchId, Instant at, List<UsageRecord> usage) {
    List<UsageRecord> bill = List.copyOf(usage);
    AtomicBoolean counted = new AtomicBoolean();
    return writer
        .write(session -> counted.set(UsageTable.bill(session, batchId, at, bill)))
        .thenApply(durable -> counted.get());
  }

  private <T> T read(Function<Handle, T> query) {
    try {
      return jdbi().withHandle(query::apply);
    } catch (RuntimeException e) {
      throw troubles.explainRead(e);
    }
  }

  private synchronized Jdbi jdbi() {
    if (loaded == null) {
      loaded =
          Jdbi.create(connections)
              .registerRowMapper(RunRecord.class, mapper(RunTable::read))
              .registerRowMapper(ArtifactRecord.class, mapper(ArtifactTable::read))
              .registerRowMapper(WorktreeRecord.class, mapper(WorktreeTable::read))
              .registerRowMapper(
                  WorktreeTable.UsedFile.class, mapper(WorktreeTable.UsedFile::read))
              .registerRowMapper(
                  RunRemoval.Answering.class, mapper(RunRemoval.Answering::read))
              .registerRowMapper(UsageRecord.class, mapper(UsageTable::read))
              .registerRowMapper(
                  UsageTable.StartedRuns.class, mapper(UsageTable.StartedRuns::read));
    }
    return loaded;
  }

  private <T> RowMapper<T> mapper(Row.Reader<T> reader) {
    return new RowMapper<>() {
      @Override
      public T map(ResultSet rows, StatementContext context) throws SQLException {
        return specialize(rows, context).map(rows, context);
      }

      /** Asked once for each query. */
      @Override
      public RowMapper<T> specialize(ResultSet rows, StatementContext context)
          throws SQLException {
        Row row = new Row(rows, Columns.of(rows), home);
        return (same, unused) -> reader.read(row);
      }
    };
  }
}
