package dev.agentworkflows.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Artifacts as rows: the statements over {@code artifact}, and what they carry. */
final class ArtifactTable {
  static final String ADD =
      """
      INSERT OR REPLACE INTO artifact (run_no, call_index, kind, path, sha256, size_bytes)
      VALUES (?, ?, ?, ?, ?, ?)
      """;

  static final String OF_RUN =
      """
      SELECT run.id AS run_id, kind, call_index, path, sha256, size_bytes
      FROM run JOIN artifact ON artifact.run_no = run.no
      WHERE run.id = :run ORDER BY call_index, kind
      """;

  private ArtifactTable() {}

  static void add(WriteSession session, ArtifactRecord artifact) throws SQLException {
    session
        .statement(ADD)
        .number(session.runNumber(artifact.runId()))
        .number(callIndex(artifact))
        .text(artifact.kind())
        .text(artifact.path())
        .text(artifact.sha256())
        .number(artifact.sizeBytes())
        .update();
  }

  private static int callIndex(ArtifactRecord artifact) {
    if (artifact.callId() == null) {
      return 0;
    }
    CallId call = CallId.require(artifact.callId());
    if (!call.runId().equals(artifact.runId())) {
      throw new StoreException(
          "Call \"" + artifact.callId() + "\" is not of run \"" + artifact.runId() + "\".");
    }
    return call.index();
  }

  static ArtifactRecord read(Row row) throws SQLException {
    String runId = row.runId("run_id");
    return new ArtifactRecord(
        runId,
        row.text("kind"),
        callIdOrNull(runId, row.integer("call_index")),
        row.text("path"),
        row.text("sha256"),
        row.number("size_bytes"));
  }

  private static @Nullable String callIdOrNull(String runId, int index) {
    return index == 0 ? null : new CallId(runId, index).text();
  }
}
