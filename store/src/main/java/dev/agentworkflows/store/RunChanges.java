package dev.agentworkflows.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What becomes of one run's calls, told from look to look. A look costs what has changed and what
 * is in flight, however many calls the run has, and its store. Not thread-safe.
 */
public final class RunChanges {

  private static final String GLANCE =
      """
      SELECT run.id, call.call_index, label, phase, call.status, cache_status, input_tokens,
        output_tokens, estimated_cost_nano_usd, call.created_at
      """;

  static final String BEGUN_AFTER =
      GLANCE
          + """
          FROM run, call
          WHERE run.id = ?
            AND call.no > (run.no << 32) + ? AND call.no <= (run.no << 32) + 4294967295
          ORDER BY call.no
          """;

  /** Finds each of the calls by its number: what became of others is not looked at. */
  static final String ENDED_AMONG =
      GLANCE
          + """
          FROM run, json_each(?) AS known, call
          WHERE run.id = ? AND call.no = (run.no << 32) + known.value AND call.status <> 'running'
          """;

  private final ReadConnections reading;
  private final String runId;
  private final Set<Integer> inFlight = new HashSet<>();
  private int last;

  RunChanges(ReadConnections reading, String runId) {
    this.reading = reading;
    this.runId = runId;
  }

  /**
   * What happened since the last look.
   *
   * @param begun in order; some may be over already, and are among the ended as well
   * @param ended in any order
   */
  public record Changes(List<CallSummary> begun, List<CallSummary> ended) {}

  /** Looks; at first at all calls that there are. */
  public Changes poll() {
    List<CallSummary> ended = new ArrayList<>();
    if (!inFlight.isEmpty()) {
      String known =
          inFlight.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
      ended.addAll(reading.list(ENDED_AMONG, RunChanges::read, known, runId));
      ended.forEach(call -> inFlight.remove(CallId.require(call.id()).index()));
    }
    List<CallSummary> begun = reading.list(BEGUN_AFTER, RunChanges::read, runId, last);
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
        row.callId(),
        row.textOrNull(),
        row.textOrNull(),
        CallStatus.ofLabel(row.text()),
        CacheStatus.ofLabel(row.text()),
        row.numberOrNull(),
        row.numberOrNull(),
        row.usdOrNull(),
        row.time());
  }
}
