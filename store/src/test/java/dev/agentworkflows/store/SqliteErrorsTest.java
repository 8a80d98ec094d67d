package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class SqliteErrorsTest {
  private final SqliteErrors errors = new SqliteErrors(Path.of("/h/workflow.sqlite"));

  @ParameterizedTest
  @CsvSource({
    "SQLITE_FULL, the disk is full",
    "SQLITE_READONLY, Check the rights",
    "SQLITE_READONLY_DBMOVED, Check the rights",
    "SQLITE_CANTOPEN, Check the rights",
    "SQLITE_BUSY, locked by another process",
    "SQLITE_BUSY_SNAPSHOT, locked by another process",
    "SQLITE_CORRUPT, is damaged",
    "SQLITE_NOTADB, is damaged",
    "SQLITE_IOERR_FSYNC, the disk reports an error",
    "SQLITE_CONSTRAINT_UNIQUE, one with the same id",
    "SQLITE_ERROR, could not be used: x",
  })
  void eachErrorIsExplainedHoweverItIsWrapped(SQLiteErrorCode code, String words) {
    StoreException explained =
        errors.explain(new CompletionException(new SQLiteException("x", code)));

    assertThat(explained).hasMessageStartingWith("/h/workflow.sqlite ").hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "SQLITE_READONLY_DIRECTORY, true",
    "SQLITE_IOERR_FSYNC, true",
    "SQLITE_FULL, true",
    "SQLITE_CORRUPT, false",
    "SQLITE_BUSY, false",
  })
  void errorsOfTheDiskAreKnownByTheirCodes(SQLiteErrorCode code, boolean ofTheDisk) {
    StoreException explained = errors.explain(new SQLiteException("x", code));

    assertThat(SqliteErrors.isOfTheDisk(explained)).isEqualTo(ofTheDisk);
    assertThat(SqliteErrors.isOfTheDisk(errors.notOurs())).isFalse();
  }

  @Test
  void whatWasExplainedStaysAsItIs() {
    StoreException explained = new StoreException("explained");

    assertThat(errors.explain(new CompletionException(explained))).isSameAs(explained);
  }

  @Test
  void aLibrarysOwnMessageIsNotPassedOn() {
    assertThat(errors.explain(new IllegalStateException("a secret")))
        .hasMessageContaining("IllegalStateException")
        .hasMessageNotContaining("secret");
    assertThat(errors.explain(new IOException("a secret"))).hasMessageNotContaining("secret");
  }
}
