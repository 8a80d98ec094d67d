package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.CollectGarbage;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.WorktreeJson;
import dev.agentworkflows.coordinator.run.RunRetention;
import dev.agentworkflows.coordinator.worktree.WorktreeGc;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "gc",
    description = "Remove worktrees and old runs that hold nothing unapplied.")
@Manual(
    description =
        "Without options, worktrees alone. What holds work that was not applied stays, and "
            + "each that stays is named with its reason.",
    examples = {
      "owf gc --dry-run",
      "owf gc --older-than 30d --keep 20",
      "owf gc --force run_20261122_143201_4f9c1a_call_0003"
    },
    seeAlso = {"diff", "apply", "docs/isolation.md"})
final class GcCommand extends ReadingCommand {

  private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhdw])");

  @CommandLine.Option(names = "--dry-run", description = "Tell what would go; remove nothing.")
  private boolean dryRun;

  @CommandLine.Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Also remove runs that began longer ago: 12h, 30d, 8w. Default: no run.")
  private @Nullable String olderThan;

  @CommandLine.Option(
      names = "--keep",
      paramLabel = "N",
      description = "Also remove runs, but not the newest N. Default: no run.")
  private @Nullable Integer keep;

  @CommandLine.Option(
      names = "--force",
      paramLabel = "CALL",
      description =
          "Remove this call's worktree and branch with whatever they hold. Default: none.")
  private @Nullable String forced;

  GcCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean isReadOnly() {
    return false;
  }

  @Override
  int show(OpenHome home) {
    Instant before = olderThan == null ? null : environment().clock().instant().minus(age());
    if (keep != null && keep < 0) {
      throw new RefusedException("--keep is " + keep + ", where a number from 0 on was expected.");
    }
    CollectGarbage.Request request = new CollectGarbage.Request(dryRun, before, keep, forced);
    CollectGarbage.Result result = new CollectGarbage(home).collect(request);
    if (json()) {
      screen().json(WorktreeJson.of(request, result));
    } else {
      print(result.worktrees(), result.runs());
    }
    return ExitCode.FINE;
  }

  private Duration age() {
    Matcher matcher = AGE.matcher(String.valueOf(olderThan));
    if (!matcher.matches()) {
      throw new RefusedException(
          "--older-than is '" + olderThan + "', where an age like 12h, 30d or 8w was expected.");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofDays(7 * number);
    };
  }

  private void print(List<WorktreeGc.Decision> swept, List<RunRetention.Decision> old) {
    String gone = dryRun ? "would remove " : "removed ";
    for (WorktreeGc.Decision decision : swept) {
      String what = decision.worktree().callId() + ": " + decision.reason();
      screen().line(decision.removed() ? gone + what : "keeping " + what);
    }
    for (RunRetention.Decision decision : old) {
      String id = decision.run().id();
      screen().line(decision.removed() ? gone + id : "keeping " + id + ": " + decision.reason());
    }
    if (swept.isEmpty() && old.isEmpty()) {
      screen().line("nothing to remove.");
    }
  }
}
