package dev.agentworkflows.it.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call as the database has it. Read directly: the commands that tell the same start a virtual
 * machine each, and there are thousands of calls after hundreds of kills.
 *
 * @param sample which of a run's identical calls: the same sample of another run is its answer
 */
record StoredCall(
    String runId,
    String id,
    Sample sample,
    String status,
    String cacheStatus,
    boolean mutating,
    @Nullable String text) {

  /** Whose answer it is: that of the n-th call with this key at one place. */
  record Sample(String callKey, long place, int number) {}

  private static final String ALL =
      """
      SELECT run.id AS run_id, run.id || printf('_call_%04d', call.call_index) AS id,
          hex(call.call_key) AS call_key, coalesce(call.place, 0) AS place,
          row_number() OVER (PARTITION BY run.no, call.call_key, call.place ORDER BY call.no)
            AS number,
          call.status, call.cache_status,
          call.mutating, answer.text
      FROM call
      JOIN run ON run.no = call.run_no
      LEFT JOIN answer ON answer.call_no = coalesce(call.answered_by, call.no)
      ORDER BY call.no
      """;

  boolean done() {
    return status.equals("done");
  }

  /** All calls of a home, in the order in which they were made. */
  static List<StoredCall> in(Path home) {
    List<StoredCall> calls = new ArrayList<>();
    try (Connection connection = connect(home);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ALL)) {
      while (row.next()) {
        calls.add(
            new StoredCall(
                row.getString("run_id"),
                row.getString("id"),
                new Sample(row.getString("call_key"), row.getLong("place"), row.getInt("number")),
                row.getString("status"),
                row.getString("cache_status"),
                row.getBoolean("mutating"),
                row.getString("text")));
      }
      return calls;
    } catch (SQLException e) {
      throw new IllegalStateException("reading the database in " + home, e);
    }
  }

  /** SQLite's own check of a home's database, and that nothing in it is said to be running. */
  static void assertSound(Path home) {
    try (Connection connection = connect(home);
        Statement statement = connection.createStatement()) {
      assertThat(one(statement, "PRAGMA integrity_check")).as("integrity_check").isEqualTo("ok");
      assertThat(one(statement, "SELECT count(*) FROM run WHERE status = 'running'"))
          .as("runs that are said to be running")
          .isEqualTo("0");
      assertThat(one(statement, "SELECT count(*) FROM call WHERE status = 'running'"))
          .as("calls that are said to be running")
          .isEqualTo("0");
    } catch (SQLException e) {
      throw new AssertionError("the database in " + home + " can't be checked", e);
    }
  }

  private static String one(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private static Connection connect(Path home) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + home.resolve("workflow.sqlite").toUri());
  }
}
