package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Runs as rows: the statements over {@code run} and {@code run_result}, and what they carry. */
final class RunTable {
  private static final String COLUMNS =
      """
      id, status, script_path, script_hash, workflow_name, workflow_description, meta_json,
      args_json, provider, model, cache_policy, workspace, timeout_seconds, parent_run_id,
      resumed_from_run_id, attempt_number, budget_total_tokens, budget_spent_tokens,
      budget_total_nano_usd, budget_spent_nano_usd, allow_unpriced, earlier_spent_tokens, earlier_spent_nano_usd,
      output_dir, owner, created_at, started_at, completed_at, error_kind, error_message,
      wait_for_limits_seconds
      """;

  /** Of a run that nobody ended, what its calls and those of its children have spent by now. */
  private static final String SELECTED =
      COLUMNS
          .replace(
              "budget_spent_tokens",
              spentBy(
                  "budget_spent_tokens", "coalesce(input_tokens, 0) + coalesce(output_tokens, 0)"))
          .replace(
              "budget_spent_nano_usd", spentBy("budget_spent_nano_usd", "estimated_cost_nano_usd"));

  static final String NUMBER = "SELECT no FROM run WHERE id = ?";

  static final String BY_ID = "SELECT " + SELECTED + " FROM run WHERE id = ?";

  // Runs are numbered as they start: a clock that was set back changes no order.
  static final String LATEST =
      "SELECT "
          + SELECTED
          + """
          FROM run WHERE parent_run_id IS NULL
          ORDER BY no DESC LIMIT 1
          """;

  static final String NEWEST =
      "SELECT " + SELECTED + " FROM run WHERE no > 0 ORDER BY no DESC LIMIT ?";

  static final String CHILDREN =
      "SELECT " + SELECTED + " FROM run WHERE parent_run_id = ? ORDER BY no";

  static final String EARLIER =
      "SELECT "
          + SELECTED
          + """
          FROM run
          WHERE script_path = (SELECT script_path FROM run WHERE id = ?)
            AND no < (SELECT no FROM run WHERE id = ?)
          ORDER BY no DESC LIMIT ?
          """;

  static final String LATEST_ENDED =
      "SELECT "
          + SELECTED
          + """
          FROM run
          WHERE script_path = ? AND parent_run_id IS NULL AND status <> 'running'
          ORDER BY no DESC LIMIT 1
          """;

  /** Attempts at the script of a run that resume another, with what each spent. */
  static final String RESUMES =
      """
      SELECT id, resumed_from_run_id,
      """
          + spentBy("budget_spent_tokens", "coalesce(input_tokens, 0) + coalesce(output_tokens, 0)")
          + ", "
          + spentBy("budget_spent_nano_usd", "estimated_cost_nano_usd")
          + """
           FROM run
          WHERE script_path = (SELECT script_path FROM run WHERE id = ?)
            AND resumed_from_run_id IS NOT NULL
          ORDER BY no
          """;

  static final String OUTPUT =
      """
      SELECT output_json FROM run_result WHERE run_no = (SELECT no FROM run WHERE id = ?)
      """;

  static final String TRACEBACK =
      """
      SELECT traceback FROM run_result WHERE run_no = (SELECT no FROM run WHERE id = ?)
      """;

  static final String OWNERS_IN_FLIGHT = "SELECT DISTINCT owner FROM run WHERE status = 'running'";

  static final String ADD =
      "INSERT INTO run ("
          + COLUMNS
          + """
          ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            ?, ?, ?)
          """;

  static final String END =
      """
      UPDATE run SET status = ?, error_kind = ?, error_message = ?, budget_spent_tokens = ?,
        budget_spent_nano_usd = ?, completed_at = ?
      WHERE no = ?
      """;

  static final String ADD_RESULT =
      "INSERT OR REPLACE INTO run_result (run_no, output_json, traceback) VALUES (?, ?, ?)";

  static final String INTERRUPT =
      """
      UPDATE run SET status = 'interrupted', completed_at = max(?, created_at), error_kind = 'Interrupted',
        error_message = 'The coordinator stopped before the run ended; what had finished is kept. '
          || 'Go on with: resume ' || id
      WHERE owner = ? AND status = 'running'
      """;

  /** What a run's own calls spent: nobody closed its books. */
  static final String SETTLE_OWN =
      """
      UPDATE run SET
        budget_spent_tokens = (
          SELECT coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0)
          FROM call WHERE call.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295),
        budget_spent_nano_usd = (
          SELECT coalesce(sum(estimated_cost_nano_usd), 0)
          FROM call WHERE call.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295)
      WHERE owner = ? AND status = 'running'
      """;

  /** A parent's spending is also what its children spent. */
  static final String SETTLE_CHILDREN =
      """
      UPDATE run SET
        budget_spent_tokens = budget_spent_tokens + (
          SELECT coalesce(sum(child.budget_spent_tokens), 0)
          FROM run child WHERE child.parent_run_id = run.id),
        budget_spent_nano_usd = budget_spent_nano_usd + (
          SELECT coalesce(sum(child.budget_spent_nano_usd), 0)
          FROM run child WHERE child.parent_run_id = run.id)
      WHERE owner = ? AND status = 'running' AND parent_run_id IS NULL
      """;

  private RunTable() {}

  private static String spentBy(String column, String each) {
    return """
    CASE run.status WHEN 'running' THEN
      (SELECT coalesce(sum(%s), 0) FROM call
        WHERE call.no BETWEEN run.no << 32 AND (run.no << 32) + 4294967295)
      + (SELECT coalesce(sum(%s), 0) FROM run child JOIN call
          ON call.no BETWEEN child.no << 32 AND (child.no << 32) + 4294967295
        WHERE child.parent_run_id = run.id)
    ELSE run.%s END AS %s
    """
        .formatted(each, each, column, column);
  }

  /** One attempt that resumes another. */
  record Resume(String id, String of, long spentTokens, BigDecimal spentUsd) {
    static Resume read(Row row) throws SQLException {
      return new Resume(
          row.text("id"),
          row.text("resumed_from_run_id"),
          row.number("budget_spent_tokens"),
          row.usd("budget_spent_nano_usd"));
    }
  }

  static void add(WriteSession session, RunRecord run) throws SQLException {
    RunScript script = run.script();
    RunSettings settings = run.settings();
    RunLineage lineage = run.lineage();
    RunBudget budget = run.budget();
    RunTimes times = run.times();
    session
        .statement(ADD)
        .text(run.id())
        .text(run.status().label())
        .text(script.path())
        .text(script.hash())
        .text(script.workflowName())
        .text(script.workflowDescription())
        .text(script.metaJson())
        .text(settings.argsJson())
        .text(settings.provider())
        .text(settings.model())
        .text(settings.cachePolicy())
        .text(settings.workspace())
        .real(settings.timeoutSeconds())
        .text(lineage.parentRunId())
        .text(lineage.resumedFromRunId())
        .number(lineage.attemptNumber())
        .number(budget.totalTokens())
        .number(budget.spentTokens())
        .usd(budget.totalCostUsd())
        .usd(budget.spentCostUsd())
        .number(budget.job().allowUnpriced() ? 1 : 0)
        .number(budget.job().spentEarlierTokens())
        .usd(budget.job().spentEarlierCostUsd())
        .text(run.outputDir())
        .text(run.owner())
        .time(times.createdAt())
        .time(times.startedAt())
        .time(times.completedAt())
        .text(run.error().kind())
        .text(run.error().message())
        .number(settings.waitForLimitsSeconds())
        .update();
  }

  static RunRecord read(Row row) throws SQLException {
    String id = row.runId("id");
    return new RunRecord(
        id,
        RunStatus.ofLabel(row.text("status")),
        new RunScript(
            row.text("script_path"),
            row.text("script_hash"),
            row.textOrNull("workflow_name"),
            row.textOrNull("workflow_description"),
            row.text("meta_json")),
        new RunSettings(
            row.text("args_json"),
            row.text("provider"),
            row.textOrNull("model"),
            row.text("cache_policy"),
            row.text("workspace"),
            row.real("timeout_seconds"),
            row.numberOrNull("wait_for_limits_seconds")),
        new RunLineage(
            row.runIdOrNull("parent_run_id"),
            row.runIdOrNull("resumed_from_run_id"),
            row.integer("attempt_number")),
        new RunBudget(
            row.numberOrNull("budget_total_tokens"),
            row.number("budget_spent_tokens"),
            row.usdOrNull("budget_total_nano_usd"),
            row.usd("budget_spent_nano_usd"),
            new JobBudget(
                row.flag("allow_unpriced"),
                row.number("earlier_spent_tokens"),
                row.usd("earlier_spent_nano_usd"))),
        new RunTimes(
            row.time("created_at"), row.timeOrNull("started_at"), row.timeOrNull("completed_at")),
        new RunError(row.textOrNull("error_kind"), row.textOrNull("error_message")),
        row.runDirectory(id),
        row.text("owner"));
  }

  static void end(
      WriteSession session,
      RunCompletionRow ending,
      byte @Nullable [] outputJson,
      byte @Nullable [] traceback)
      throws SQLException {
    long number = session.runNumber(ending.runId());
    session
        .statement(END)
        .text(ending.status().label())
        .text(ending.errorKind())
        .text(ending.errorMessage())
        .number(ending.spentTokens())
        .usd(ending.spentCostUsd())
        .time(ending.completedAt())
        .number(number)
        .update();
    session
        .statement(CallTable.CANCEL_LEFT_OVER)
        .time(ending.completedAt())
        .number(number)
        .number(number)
        .update();
    session.statement(ADD_RESULT).number(number).blob(outputJson).blob(traceback).update();
  }

  static void interrupt(WriteSession session, String owner, Instant at) throws SQLException {
    session.statement(CallTable.CANCEL_IN_FLIGHT).time(at).text(owner).update();
    session.statement(SETTLE_OWN).text(owner).update();
    session.statement(SETTLE_CHILDREN).text(owner).update();
    session.statement(INTERRUPT).time(at).text(owner).update();
  }
}
