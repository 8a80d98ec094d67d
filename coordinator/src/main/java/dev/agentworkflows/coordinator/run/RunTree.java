package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.approval.RunApprovals;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.call.Occurrences;

/**
 * What a run shares with its children: money, the count of identical calls, people, who watches.
 */
record RunTree(
    String rootRunId,
    BudgetLedger ledger,
    Occurrences occurrences,
    RunApprovals approvals,
    RunHandle launch) {

  LiveRunStats tally() {
    return launch.tally();
  }
}
