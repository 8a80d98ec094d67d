package dev.agentworkflows.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Reads through Jdbi: parameters by name, rows as records. To make one loads Jdbi, which takes
 * longer than all the rest of a start.
 */
final class SqliteHistory implements RunHistory {
  private final SqliteErrors errors;
  private final Path home;
  private final Jdbi jdbi;

  SqliteHistory(Database database, ReadConnections connections) {
    this.errors = database.errors();
    this.home = database.home();
    this.jdbi =
        Jdbi.create(lending(connections))
            .registerRowMapper(WorktreeRecord.class, mapper(WorktreeTable::read))
            .registerRowMapper(WorktreeTable.UsedFile.class, mapper(WorktreeTable.UsedFile::read))
            .registerRowMapper(RunRemoval.Answering.class, mapper(RunRemoval.Answering::read));
  }

  private static ConnectionFactory lending(ReadConnections connections) {
    return new ConnectionFactory() {
      @Override
      public Connection openConnection() throws SQLException {
        return connections.take();
      }

      @Override
      public void closeConnection(Connection connection) {
        connections.release(connection);
      }
    };
  }

  @Override
  public List<WorktreeUse> worktreeUses(String worktreeCallId) {
    return CallId.parse(worktreeCallId)
        .map(id ->
            read(handle ->
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
    return read(handle ->
        handle
            .createQuery(RunRemoval.ANSWERING)
            .mapTo(RunRemoval.Answering.class)
            .collect(
                Collectors.groupingBy(
                    RunRemoval.Answering::giver,
                    Collectors.mapping(RunRemoval.Answering::taker, Collectors.toSet()))));
  }

  private <T> T read(Function<Handle, T> query) {
    try {
      return jdbi.withHandle(query::apply);
    } catch (RuntimeException e) {
      throw errors.explainRead(e);
    }
  }

  private <T> RowMapper<T> mapper(Row.Reader<T> reader) {
    return new RowMapper<>() {
      @Override
      public T map(ResultSet rows, StatementContext context) throws SQLException {
        return specialize(rows, context).map(rows, context);
      }

      /** Asked once for each query. */
      @Override
      public RowMapper<T> specialize(ResultSet rows, StatementContext context) throws SQLException {
        Row row = new Row(rows, Columns.of(rows), home);
        return (same, unused) -> reader.read(row);
      }
    };
  }
}
