package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.Store;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A home whose store is open, and what use cases need besides.
 *
 * @param store whoever opened it closes it
 * @param variables the environment's
 * @param redactor takes keys out of what is written; asked for when it is needed
 */
public record OpenHome(
    WorkflowHome home,
    Store store,
    Map<String, String> variables,
    Clock clock,
    Supplier<Redactor> redactor) {}
