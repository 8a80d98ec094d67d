package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class QueryPlanTest {
  private static final List<Class<?>> TABLES =
      List.of(
          RunTable.class,
          CallTable.class,
          EventTable.class,
          WorktreeTable.class,
          UsageTable.class,
          ApprovalTable.class,
          ConversationTable.class,
          PolledRunChanges.class);

  @TempDir Path directory;

  /** Reading in an index's order until a limit is no scan of history. */
  private static final List<String> BOUNDED =
      List.of(
          "SCAN run USING INDEX run_newest",
          "SCAN run USING INDEX run_newest_parent",
          // Partial: it holds the worktrees that are not removed and no others.
          "SCAN worktree USING INDEX worktree_standing",
          // A row for each day, provider and model, and for each day: however many calls there are.
          "SCAN usage",
          // The numbers that the caller gives.
          "SCAN known VIRTUAL TABLE INDEX 1:",
          "SCAN started_runs",
          // The turns of one conversation, as many as the caller asks for.
          "SCAN turn",
          // Partial: it holds the runs in flight and no others.
          "SCAN run USING COVERING INDEX run_in_flight");

  @TestFactory
  Stream<DynamicTest> everyStatementIsServedByAnIndex() throws SQLException {
    Path file = directory.resolve("workflow.sqlite");
    Connection connection = Database.at(file).connectForWriting();
    return statements().stream()
        .map(field ->
            DynamicTest.dynamicTest(
                field.getDeclaringClass().getSimpleName() + "." + field.getName(),
                () ->
                    assertThat(plan(connection, (String) field.get(null)))
                        .noneMatch(step -> step.startsWith("SCAN") && !isBounded(step))
                        .noneMatch(QueryPlanTest::sortsHistory)))
        .onClose(() -> close(connection));
  }

  /** Any index would do to avoid a scan, and still walk through all of history. */
  @Test
  void eachQueryOverRunsUsesTheIndexThatWasMadeForIt() throws SQLException {
    Map<String, String> indexes =
        Map.of(
            RunTable.NEWEST, "USING INTEGER PRIMARY KEY (rowid>?)",
            RunTable.LATEST, "USING INDEX run_of_parent (parent_run_id=?)",
            RunTable.CHILDREN, "USING INDEX run_of_parent (parent_run_id=?)",
            RunTable.EARLIER, "USING INDEX run_of_script (script_path=? AND rowid<?)",
            RunTable.OWNERS_IN_FLIGHT, "USING COVERING INDEX run_in_flight",
            RunTable.INTERRUPT, "USING INDEX run_in_flight (owner=?)",
            CallTable.CANCEL_IN_FLIGHT, "USING COVERING INDEX run_in_flight (owner=?)");
    Path file = directory.resolve("workflow.sqlite");
    try (Connection connection = Database.at(file).connectForWriting()) {
      for (Map.Entry<String, String> index : indexes.entrySet()) {
        assertThat(plan(connection, index.getKey()))
            .as(index.getKey())
            .anyMatch(step -> step.endsWith(index.getValue()));
      }
    }
  }

  @Test
  void thereAreStatementsToAskAbout() {
    assertThat(statements()).hasSizeGreaterThan(30);
  }

  @Test
  void aQueryWithoutAnIndexWouldBeSeen() throws SQLException {
    Path file = directory.resolve("workflow.sqlite");
    try (Connection connection = Database.at(file).connectForWriting()) {
      assertThat(plan(connection, "SELECT * FROM run WHERE workspace = ?"))
          .containsExactly("SCAN run")
          .noneMatch(QueryPlanTest::isBounded);
    }
  }

  private static boolean isBounded(String step) {
    return BOUNDED.contains(step) || step.equals("SCAN CONSTANT ROW");
  }

  private static boolean sortsHistory(String step) {
    // One call's files are few, and only this form promises their order.
    return step.contains("TEMP B-TREE")
        && !step.equals("USE TEMP B-TREE FOR group_concat(ORDER BY)");
  }

  private static List<Field> statements() {
    return TABLES.stream()
        .flatMap(table -> Stream.of(table.getDeclaredFields()))
        .filter(
            field -> field.getType() == String.class && !Modifier.isPrivate(field.getModifiers()))
        .toList();
  }

  private static List<String> plan(Connection connection, String sql) throws SQLException {
    List<String> steps = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
      while (rows.next()) {
        steps.add(rows.getString("detail"));
      }
    }
    return steps;
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
