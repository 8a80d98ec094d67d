package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class ColumnsTest {

  @Test
  void valuesAreFoundByNameInWhateverOrderTheyCome() throws SQLException {
    assertThat(read("SELECT 7 AS input_tokens, 'a' AS label")).isEqualTo("a 7");
    assertThat(read("SELECT 'a' AS label, 1 AS other, 7 AS input_tokens")).isEqualTo("a 7");
  }

  @Test
  void aColumnThatAQueryDoesNotHaveIsNamed() {
    assertThatThrownBy(() -> read("SELECT 'a' AS label"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("the query has no column input_tokens");
  }

  @Test
  void twoColumnsOfOneNameAreRefused() {
    assertThatThrownBy(() -> read("SELECT 'a' AS label, 'b' AS label, 7 AS input_tokens"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("two columns are named label");
  }

  private static String read(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      Row row = new Row(rows, Columns.of(rows), Path.of("home"));
      return row.text("label") + " " + row.number("input_tokens");
    }
  }
}
