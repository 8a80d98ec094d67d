package dev.agentworkflows.coordinator.budget;

import dev.agentworkflows.coordinator.budget.BudgetLedger.Reservation;
import java.util.concurrent.CompletableFuture;

/** A call that waits for its reservation. */
record Waiter(CallNeed need, CompletableFuture<Reservation> granted) {}
