package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Fills a statement's parameters from left to right, in the forms that {@link Row} reads. */
final class Parameters {
  private static final int LARGE = 64 * 1024;
  private static final BigDecimal MAX_USD = BigDecimal.valueOf(9_000_000_000L);
  private static final BigDecimal MIN_USD = BigDecimal.valueOf(1, 10);

  private final PreparedStatement statement;
  private int index;
  private boolean large;

  Parameters(PreparedStatement statement) {
    this.statement = statement;
  }

  Parameters text(@Nullable String value) throws SQLException {
    if (value != null && GeneralizedUtf8.nextLoneSurrogate(value, 0) >= 0) {
      return blob(GeneralizedUtf8.encode(value));
    }
    large |= value != null && value.length() > LARGE;
    statement.setString(++index, value);
    return this;
  }

  Parameters blob(byte @Nullable [] value) throws SQLException {
    large |= value != null && value.length > LARGE;
    statement.setBytes(++index, value);
    return this;
  }

  Parameters number(long value) throws SQLException {
    statement.setLong(++index, value);
    return this;
  }

  Parameters number(@Nullable Long value) throws SQLException {
    if (value == null) {
      statement.setNull(++index, Types.INTEGER);
      return this;
    }
    return number(value.longValue());
  }

  Parameters real(double value) throws SQLException {
    statement.setDouble(++index, value);
    return this;
  }

  Parameters flag(boolean value) throws SQLException {
    return number(value ? 1 : 0);
  }

  /** As microseconds since 1970; what is finer is cut off. */
  Parameters time(@Nullable Instant value) throws SQLException {
    return number(value == null ? null : (Long) ChronoUnit.MICROS.between(Instant.EPOCH, value));
  }

  /**
   * As billionths of a dollar, rounded half up. A sum that is larger than can be kept (9 billion)
   * is kept as that: no run may lose its end by it.
   */
  Parameters usd(@Nullable BigDecimal value) throws SQLException {
    if (value == null) {
      return number((Long) null);
    }
    // Compared first: to write out an absurd exponent would take all of the memory.
    BigDecimal kept = value.min(MAX_USD).max(MAX_USD.negate());
    boolean tiny = kept.abs().compareTo(MIN_USD) < 0;
    return number(
        tiny ? 0 : kept.movePointRight(9).setScale(0, RoundingMode.HALF_UP).longValueExact());
  }

  /** Runs a statement that looks. */
  ResultSet query() throws SQLException {
    return statement.executeQuery();
  }

  /** Runs the statement; how many rows it changed. */
  int update() throws SQLException {
    int rows = statement.executeUpdate();
    if (large) {
      // The statement is kept; the tens of megabytes that it carried must not be.
      statement.clearParameters();
    }
    return rows;
  }
}
