package dev.agentworkflows.coordinator.app.batch;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.batch.BatchRecord;
import dev.agentworkflows.coordinator.batch.BatchRecords;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.util.List;
import java.util.function.Consumer;

/** Lists batches as they were last seen. */
public final class ListBatches {

  private final WorkflowHome home;

  public ListBatches(WorkflowHome home) {
    this.home = home;
  }

  /**
   * The newest first.
   *
   * @param problems gets one for each that can't be read
   */
  public List<BatchRecord> all(Consumer<BatchRefusal> problems) {
    return new BatchRecords(home).readable(problems);
  }
}
