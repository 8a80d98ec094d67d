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

/** Reads a row's columns from left to right, in the forms that {@link Parameters} writes. */
final class Row {
  private static final Pattern RUN_ID = Pattern.compile("run_[a-z0-9_]{1,60}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern OPTION_OR_CONTROL = Pattern.compile("(?s)-.*|.*\\p{Cntrl}.*");
  private static final int MAX_NAME = 4_096;

  private final ResultSet columns;
  private final Path home;
  private int index;

  /**
   * @param home where the database lies: what a row says of places is derived from it
   */
  Row(ResultSet columns, Path home) {
    this.columns = columns;
    this.home = home;
  }

  /** Turns one row into a record. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Row row) throws SQLException;
  }

  String text() throws SQLException {
    return Objects.requireNonNull(textOrNull());
  }

  /** An id that could be part of a path: nothing but letters, digits and underscores. */
  String runId() throws SQLException {
    return valid(RUN_ID, text(), "the id of a run");
  }

  @Nullable String runIdOrNull() throws SQLException {
    String id = textOrNull();
    return id == null ? null : valid(RUN_ID, id, "the id of a run");
  }

  /** The id of a call, from its run's id and its index. */
  String callId() throws SQLException {
    String run = runId();
    return new CallId(run, integer()).text();
  }

  String commit() throws SQLException {
    return valid(COMMIT, text(), "a commit");
  }

  /** A branch or a path of git's, which must not be taken for an option. */
  String gitName() throws SQLException {
    return gitName(text());
  }

  @Nullable String gitNameOrNull() throws SQLException {
    String name = textOrNull();
    return name == null ? null : gitName(name);
  }

  private static String gitName(String name) {
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
    index++;
    return home.resolve("runs").resolve(runId).toString();
  }

  /** Where a call's worktree is, if it has one; as {@link #runDirectory}. */
  @Nullable String worktreeOrNull(String callId) throws SQLException {
    String stored = textOrNull();
    return stored == null ? null : worktree(worktreeOf(stored, callId));
  }

  /** The call whose worktree a stored path is: another one of the same run, or the call itself. */
  private static String worktreeOf(String stored, String callId) {
    return CallId.parse(stored.substring(stored.lastIndexOf('/') + 1))
        .filter(other -> other.runId().equals(CallId.require(callId).runId()))
        .map(CallId::text)
        .orElse(callId);
  }

  /** As {@link #worktreeOrNull}, of a column that is not null. */
  String requiredWorktree(String callId) {
    index++;
    return worktree(callId);
  }

  private String worktree(String callId) {
    return home.resolve("runs")
        .resolve(CallId.require(callId).runId())
        .resolve("worktrees")
        .resolve(callId)
        .toString();
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
