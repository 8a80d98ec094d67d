package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.app.script.ResumeRun;
import dev.agentworkflows.coordinator.app.script.RunArguments;
import dev.agentworkflows.coordinator.app.script.ScriptFile;
import dev.agentworkflows.coordinator.app.script.StartRun;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.coordinator.run.RequestedRun;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The options of commands that start a script. */
final class RunChoices {

  @Option(
      names = "--provider",
      paramLabel = "NAME[,NAME]",
      description = {
        "Who answers calls that name nobody. Default: fake, which is offline.",
        "Of several, the next is asked when one can't answer."
      })
  private @Nullable String provider;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model of calls that name none. Default: the provider's.")
  private @Nullable String model;

  @Option(
      names = "--arg",
      paramLabel = "KEY=VALUE",
      description = "An argument of main, a string; may be repeated.")
  private List<String> args = new ArrayList<>();

  @Option(
      names = "--args-json",
      paramLabel = "JSON",
      description =
          "The arguments of main as a JSON object; - reads it from standard input. Default: {}.")
  private @Nullable String argsJson;

  @Option(
      names = "--budget-tokens",
      paramLabel = "N",
      description = "Spend at most so many tokens. Default: no limit.")
  private @Nullable Long budgetTokens;

  @Option(
      names = "--budget-cost-usd",
      paramLabel = "USD",
      description = "Spend at most so much. Default: no limit.")
  private @Nullable BigDecimal budgetCostUsd;

  @Option(
      names = "--allow-unpriced",
      description =
          "Let models without a price go out under --budget-cost-usd, uncounted. Resumes inherit"
              + " it.")
  private boolean allowUnpriced;

  @Option(
      names = "--cache-policy",
      paramLabel = "POLICY",
      description = "auto, read_only, refresh or disabled. Default: auto.")
  private @Nullable String cachePolicy;

  @Option(
      names = "--workspace",
      paramLabel = "DIR",
      description =
          "Where calls work. Default: the repository around the script, else its directory.")
  private @Nullable Path workspace;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "The time of calls that name none. Default: 600.")
  private @Nullable Double timeout;

  @Option(
      names = "--wait-for-limits",
      paramLabel = "DURATION",
      description =
          "How long a call waits for a usage limit to reset: 90s, 30m, 6h; 0 to fail at once."
              + " Default: 6h; of a resume, what its run had.")
  private @Nullable String waitForLimits;

  @Option(names = "--yes", description = "Start a script that requires approval without asking.")
  private boolean yes;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description =
          "The interpreter. Default: OWF_PYTHON, the virtual environment's, python3 on PATH.")
  private @Nullable String python;

  @Nullable String python() {
    return python;
  }

  /** For a run that starts afresh. */
  StartRun.Request fresh(ScriptFile script) {
    return new StartRun.Request(script, arguments(), workspace, requested(null));
  }

  /** For a resume: each option in the place of what the earlier run had. */
  ResumeRun.Request resuming(String run) {
    return new ResumeRun.Request(run, arguments(), workspace, requested(run));
  }

  private RequestedRun requested(@Nullable String resumed) {
    return new RequestedRun(
        provider,
        model,
        budgetTokens,
        budgetCostUsd == null ? null : budgetCostUsd.toString(),
        allowUnpriced,
        cachePolicy,
        null,
        timeout,
        waitForLimits(),
        yes,
        resumed);
  }

  private RunArguments arguments() {
    Map<String, String> added = args.isEmpty() ? Map.of() : new LinkedHashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (equals < 1) {
        throw new RefusedException("--arg '" + arg + "' is not KEY=VALUE.");
      }
      added.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    return new RunArguments(
        argsJson == null ? null : Json.write(object(argsText(argsJson))), added);
  }

  /** A command line has room for little: Linux takes 128 KiB for an argument. */
  private static String argsText(String given) {
    if (!given.equals("-")) {
      return given;
    }
    try {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new RefusedException(
          "--args-json -: standard input can't be read: " + e.getMessage() + ".", e);
    }
  }

  private static ObjectNode object(String json) {
    try {
      JsonNode node = Json.read(json);
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonTextException e) {
      throw new RefusedException(
          "--args-json is not JSON: "
              + e.getMessage()
              + ".\nExpected an object, as in --args-json '{\"topic\": \"tea\"}'.",
          e);
    }
    throw new RefusedException(
        "--args-json is not an object, as in --args-json '{\"topic\": \"tea\"}'.");
  }

  private @Nullable Long waitForLimits() {
    if (waitForLimits == null) {
      return null;
    }
    return DurationText.parse(waitForLimits)
        .orElseThrow(() ->
            new RefusedException(
                new ScriptRefusal.BadSetting(
                    ScriptRefusal.Setting.WAIT_FOR_LIMITS,
                    "'" + waitForLimits + "'",
                    "a duration as 90s, 30m, 6h or 1h30m, or 0,")))
        .toSeconds();
  }
}
