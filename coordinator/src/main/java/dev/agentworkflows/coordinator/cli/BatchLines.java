package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.batch.BatchRecord;
import java.util.ArrayList;
import java.util.List;

/** Batches as people read them. */
final class BatchLines {

  private static final String TABLE = "%-29s %-12s %-11s %9s  %s";

  private BatchLines() {}

  static List<String> about(BatchRecord record) {
    List<String> lines = new ArrayList<>();
    lines.add("%s  %s".formatted(record.id(), record.status().label()));
    lines.add(
        "  %d of %d answered, %d failed"
            .formatted(record.succeeded(), record.requests().size(), record.failed()));
    lines.add(
        "  at %s as %s"
            .formatted(
                record.provider(),
                record.providerBatchId() == null ? "(not known)" : record.providerBatchId()));
    lines.add("  from " + record.inputFile() + ", " + record.createdAt());
    if (record.problem() != null) {
      lines.add("  " + record.problem());
    }
    if (record.fetchedAt() != null) {
      lines.add("  fetched " + record.fetchedAt());
    }
    return lines;
  }

  static List<String> table(List<BatchRecord> records) {
    List<String> lines = new ArrayList<>();
    lines.add(TABLE.formatted("batch", "provider", "status", "requests", "input"));
    for (BatchRecord record : records) {
      lines.add(
          TABLE.formatted(
              record.id(),
              record.provider(),
              record.fetchedAt() == null ? record.status().label() : "fetched",
              record.requests().size(),
              record.inputFile()));
    }
    return lines;
  }
}
