package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a row's columns from left to right, in the forms that {@link Parameters} writes. */
final class Row {
  private final ResultSet columns;
  private int index;

  Row(ResultSet columns) {
    this.columns = columns;
  }

  /** Turns one row into a record. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Row row) throws SQLException;
  }

  String text() throws SQLException {
    return Objects.requireNonNull(textOrNull());
  }

  /** TEXT, or a BLOB of generalized UTF-8. */
  @Nullable String textOrNull() throws SQLException {
    byte @Nullable [] bytes = blobOrNull();
    return bytes == null ? null : GeneralizedUtf8.decode(bytes);
  }

  byte @Nullable [] blobOrNull() throws SQLException {
    return columns.getBytes(++index);
  }

  long number() throws SQLException {
    return columns.getLong(++index);
  }

  int integer() throws SQLException {
    return columns.getInt(++index);
  }

  @Nullable Long numberOrNull() throws SQLException {
    long value = number();
    return columns.wasNull() ? null : value;
  }

  double real() throws SQLException {
    return columns.getDouble(++index);
  }

  boolean flag() throws SQLException {
    return number() != 0;
  }

  Instant time() throws SQLException {
    return Instant.EPOCH.plus(number(), ChronoUnit.MICROS);
  }

  @Nullable Instant timeOrNull() throws SQLException {
    Long micros = numberOrNull();
    return micros == null ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  BigDecimal usd() throws SQLException {
    return Objects.requireNonNull(usdOrNull());
  }

  @Nullable BigDecimal usdOrNull() throws SQLException {
    Long nanos = numberOrNull();
    if (nanos == null) {
      return null;
    }
    BigDecimal plain = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    return plain.scale() < 0 ? plain.setScale(0) : plain;
  }
}
