package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteSessionTest {
  @TempDir Path directory;

  @Test
  void aRunThatWasRolledBackIsNotKnownAnyMore() throws SQLException {
    Database database = Database.at(directory.resolve("workflow.sqlite"));
    try (Connection connection = database.connectForWriting()) {
      WriteSession session = new WriteSession(connection, () -> {});
      session.begin();
      RunTable.add(session, Samples.run("run_lost"));
      long number = session.runNumber("run_lost");
      session.rollBack();

      // Its number is the next run's: what is written for the lost one must not end up there.
      session.begin();
      RunTable.add(session, Samples.run("run_next"));
      assertThat(session.runNumber("run_next")).isEqualTo(number);
      assertThatThrownBy(() -> session.runNumber("run_lost")).isInstanceOf(StoreException.class);
      session.commit();
    }
  }
}
