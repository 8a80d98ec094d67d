package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.cli.doctor.CheckContext;
import dev.agentworkflows.coordinator.cli.doctor.Doctor;
import dev.agentworkflows.coordinator.cli.doctor.Finding;
import dev.agentworkflows.coordinator.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;

@CommandLine.Command(
    name = "doctor",
    description = "Check that workflows can run here, and say what to do where they can't.")
@Manual(
    description =
        "Looks at everything that a first run needs, and at what real providers need "
            + "besides. `FAULT` stands before what keeps workflows from running, with its cure; "
            + "`note` before what only some calls need, such as an agent's program or a "
            + "provider's key. Nothing is sent anywhere, and no key's value is shown.",
    examples = {
      "owf doctor",
      "# of a home and an interpreter of one's own choice",
      "owf doctor --home ~/runs --python /opt/python3.12/bin/python3",
      "owf doctor --json"
    },
    exitCodes = "1 There is a fault.",
    seeAlso = {"init", "providers", "adapters"})
final class DoctorCommand extends Command {

  @CommandLine.Option(
      names = "--home",
      paramLabel = "DIR",
      description = "The home to check. Default: OWF_HOME, else the project's .workflows.")
  private @Nullable Path home;

  @CommandLine.Option(
      names = "--python",
      paramLabel = "FILE",
      description = "The interpreter to check. Default: the one that a run would take.")
  private @Nullable String python;

  @CommandLine.Mixin private AdaptersOption adapters = new AdaptersOption();

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  DoctorCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    List<Finding> findings =
        new Doctor(
                new CheckContext(
                    environment().variables(),
                    environment().cache(),
                    environment().clock(),
                    environment().homes(),
                    environment().homes().place(home),
                    python,
                    adapters.directory(environment())))
            .findings();
    boolean fine = findings.stream().noneMatch(f -> f.weight() == Finding.Weight.FAULT);
    if (json) {
      ArrayNode list = Json.array();
      findings.forEach(f ->
          list.addObject()
              .put("check", f.check())
              .put("ok", f.weight() != Finding.Weight.FAULT)
              .put("weight", f.weight().name().toLowerCase(Locale.ROOT))
              .put("detail", f.detail()));
      screen().json(Json.object().put("ok", fine).set("checks", list));
    } else {
      findings.forEach(
          f -> screen().line("%-6s %-10s %s".formatted(word(f), f.check(), f.detail())));
    }
    return fine ? ExitCode.FINE : ExitCode.FAILED;
  }

  /** What keeps workflows from running stands out. */
  private static String word(Finding finding) {
    return finding.weight() == Finding.Weight.FAULT
        ? "FAULT"
        : finding.weight().name().toLowerCase(Locale.ROOT);
  }
}
