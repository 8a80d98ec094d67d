package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a coordinator that others join does for them, besides carrying their runs. */
public interface HostedRuns {

  /**
   * What the end of a run is for people.
   *
   * @param lines for standard output
   * @param documentJson for standard output where JSON is asked for
   * @param trouble for standard error; empty when all is well
   */
  record Closing(String lines, String documentJson, String trouble, int exitCode) {}

  /**
   * The options of a run that a remote user asks for.
   *
   * @throws dev.agentworkflows.coordinator.RefusedException when they make no sense here
   */
  RunOptions options(RequestedRun requested, LoadedScript script);

  Closing closing(RunRecord run);

  /**
   * Runs one of the commands that look or cancel. Blocks.
   *
   * @param columns of the caller's terminal; null when it has none
   * @return its exit code
   */
  int command(
      List<String> arguments, @Nullable Integer columns, OutputStream out, OutputStream err);

  /** A line for remote users who wait: how a run stands. */
  Optional<String> progress(LiveRunStats tally);
}
