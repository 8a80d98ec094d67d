package dev.agentworkflows.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks for the calls that are new, and for those that were in flight when it last asked. */
final class PolledRunChanges implements RunChanges {

  private static final String SUMMARY =
      """
      SELECT run.id AS run_id, call.call_index AS call_index, label, phase, call.status AS status,
        cache_status, input_tokens, output_tokens, estimated_cost_nano_usd,
        call.created_at AS created_at
      """;

  static final String BEGUN_AFTER =
      SUMMARY
          + """
          FROM run, call
          WHERE run.id = ?
            AND call.no > (run.no << 32) + ? AND call.no <= (run.no << 32) + 4294967295
          ORDER BY call.no
          """;

  /** Finds each of the calls by its number: what became of others is not looked at. */
  static final String ENDED_AMONG =
      SUMMARY
          + """
          FROM run, json_each(?) AS known, call
          WHERE run.id = ? AND call.no = (run.no << 32) + known.value AND call.status <> 'running'
          """;

  private final ReadConnections reading;
  private final String runId;
  private final Set<Integer> inFlight = new HashSet<>();
  private int last;

  PolledRunChanges(ReadConnections reading, String runId) {
    this.reading = reading;
    this.runId = runId;
  }

  @Override
  public Changes poll() {
    List<CallSummary> ended = new ArrayList<>();
    if (!inFlight.isEmpty()) {
      String known =
          inFlight.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
      ended.addAll(reading.list(ENDED_AMONG, PolledRunChanges::read, known, runId));
      ended.forEach(call -> inFlight.remove(CallId.require(call.id()).index()));
    }
    List<CallSummary> begun = reading.list(BEGUN_AFTER, PolledRunChanges::read, runId, last);
    for (CallSummary call : begun) {
      last = CallId.require(call.id()).index();
      if (call.status() == CallStatus.RUNNING) {
        inFlight.add(last);
      } else {
        ended.add(call);
      }
    }
    return new Changes(begun, ended);
  }

  private static CallSummary read(Row row) throws SQLException {
    return new CallSummary(
        row.callId("run_id", "call_index"),
        row.textOrNull("label"),
        row.textOrNull("phase"),
        CallStatus.ofLabel(row.text("status")),
        CacheStatus.ofLabel(row.text("cache_status")),
        row.numberOrNull("input_tokens"),
        row.numberOrNull("output_tokens"),
        row.usdOrNull("estimated_cost_nano_usd"),
        row.time("created_at"));
  }
}
