package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a row's columns by name, in the forms that {@link Parameters} writes. */
final class Row {
  private static final Pattern RUN_ID = Pattern.compile("run_[a-z0-9_]{1,60}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern OPTION_OR_CONTROL = Pattern.compile("(?s)-.*|.*\\p{Cntrl}.*");
  private static final int MAX_NAME = 4_096;

  private final ResultSet values;
  private final Columns columns;
  private final Path home;

  /**
   * @param columns of the query that {@code values} are of
   * @param home where the database lies: what a row says of places is derived from it
   */
  Row(ResultSet values, Columns columns, Path home) {
    this.values = values;
    this.columns = columns;
    this.home = home;
  }

  /** Turns one row into a record. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Row row) throws SQLException;
  }

  String text(String column) throws SQLException {
    return Objects.requireNonNull(textOrNull(column));
  }

  /** An id that could be part of a path: nothing but letters, digits and underscores. */
  String runId(String column) throws SQLException {
    return valid(RUN_ID, text(column), "the id of a run");
  }

  @Nullable String runIdOrNull(String column) throws SQLException {
    String id = textOrNull(column);
    return id == null ? null : valid(RUN_ID, id, "the id of a run");
  }

  /** The id of a call, from its run's id and its index. */
  String callId(String run, String index) throws SQLException {
    return new CallId(runId(run), integer(index)).text();
  }

  /** As {@link #callId}; null when there is no run of that number. */
  @Nullable String callIdOrNull(String run, String index) throws SQLException {
    String id = runIdOrNull(run);
    return id == null ? null : new CallId(id, integer(index)).text();
  }

  String commit(String column) throws SQLException {
    return valid(COMMIT, text(column), "a commit");
  }

  /** A branch or a path of git's, which must not be taken for an option. */
  String gitName(String column) throws SQLException {
    return checkedGitName(text(column));
  }

  @Nullable String gitNameOrNull(String column) throws SQLException {
    String name = textOrNull(column);
    return name == null ? null : checkedGitName(name);
  }

  private static String checkedGitName(String name) {
    if (name.length() > MAX_NAME || OPTION_OR_CONTROL.matcher(name).matches()) {
      throw new IllegalArgumentException("a name of git's is not one that git gives");
    }
    return name;
  }

  private static String valid(Pattern grammar, String text, String what) {
    if (!grammar.matcher(text).matches()) {
      throw new IllegalArgumentException(what + " is not one that this program makes");
    }
    return text;
  }

  /** Where a run's files are. Whatever is stored, it is this: a home may be another's work. */
  String runDirectory(String runId) {
    return home.resolve("runs").resolve(runId).toString();
  }

  /** Where a call's worktree is, if it has one; as {@link #runDirectory}. */
  @Nullable String worktreeOrNull(String column, String callId) throws SQLException {
    String stored = textOrNull(column);
    return stored == null ? null : worktree(worktreeOf(stored, callId));
  }

  /** The call whose worktree a stored path is: another one of the same run, or the call itself. */
  private static String worktreeOf(String stored, String callId) {
    return CallId.parse(stored.substring(stored.lastIndexOf('/') + 1))
        .filter(other -> other.runId().equals(CallId.require(callId).runId()))
        .map(CallId::text)
        .orElse(callId);
  }

  /** Where the worktree is that was made for a call; as {@link #runDirectory}. */
  String worktree(String callId) {
    return home.resolve("runs")
        .resolve(CallId.require(callId).runId())
        .resolve("worktrees")
        .resolve(callId)
        .toString();
  }

  /** TEXT, or a BLOB of generalized UTF-8. */
  @Nullable String textOrNull(String column) throws SQLException {
    byte @Nullable [] bytes = blobOrNull(column);
    return bytes == null ? null : GeneralizedUtf8.decode(bytes);
  }

  byte @Nullable [] blobOrNull(String column) throws SQLException {
    return values.getBytes(columns.of(column));
  }

  long number(String column) throws SQLException {
    return values.getLong(columns.of(column));
  }

  int integer(String column) throws SQLException {
    return values.getInt(columns.of(column));
  }

  @Nullable Long numberOrNull(String column) throws SQLException {
    long value = number(column);
    return values.wasNull() ? null : value;
  }

  double real(String column) throws SQLException {
    return values.getDouble(columns.of(column));
  }

  boolean flag(String column) throws SQLException {
    return number(column) != 0;
  }

  Instant time(String column) throws SQLException {
    return Instant.EPOCH.plus(number(column), ChronoUnit.MICROS);
  }

  @Nullable Instant timeOrNull(String column) throws SQLException {
    Long micros = numberOrNull(column);
    return micros == null ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  BigDecimal usd(String column) throws SQLException {
    return Objects.requireNonNull(usdOrNull(column));
  }

  @Nullable BigDecimal usdOrNull(String column) throws SQLException {
    Long nanos = numberOrNull(column);
    if (nanos == null) {
      return null;
    }
    BigDecimal plain = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    return plain.scale() < 0 ? plain.setScale(0) : plain;
  }
}
