package dev.agentworkflows.adapter.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Stands for a coordinator in a process of its own, to be killed. */
final class KilledCoordinator {

  private KilledCoordinator() {}

  public static void main(String[] arguments) throws Exception {
    Path script = Path.of(arguments[0]);
    new AgentProcess(
            List.of(script.toString()),
            Path.of("/"),
            Map.of("PATH", System.getenv("PATH")),
            "a prompt")
        .run(line -> {});
  }
}
