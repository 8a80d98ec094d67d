package dev.agentworkflows.coordinator.cli.doctor;

import java.io.IOException;
import java.util.List;

/** One thing that a first run needs, looked at without changing anything that lasts. */
@FunctionalInterface
interface Check {

  /** What was found; several findings where several things can be wrong at once. */
  List<Finding> take() throws IOException, InterruptedException;
}
