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

class StoreErrorsTest {
  private final StoreErrors troubles = new StoreErrors(Path.of("/h/workflow.sqlite"));

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
  void eachTroubleIsSaidPlainlyWhereverItIsWrapped(SQLiteErrorCode code, String said) {
    StoreException told = troubles.explain(new CompletionException(new SQLiteException("x", code)));

    assertThat(told).hasMessageStartingWith("/h/workflow.sqlite ").hasMessageContaining(said);
  }

  @Test
  void whatIsSaidAlreadyStaysAsItIs() {
    StoreException said = new StoreException("said");

    assertThat(troubles.explain(new CompletionException(said))).isSameAs(said);
  }

  @Test
  void aLibrarysOwnMessageIsNotPassedOn() {
    assertThat(troubles.explain(new IllegalStateException("a secret")))
        .hasMessageContaining("IllegalStateException")
        .hasMessageNotContaining("secret");
    assertThat(troubles.explain(new IOException("a secret"))).hasMessageNotContaining("secret");
  }
}
