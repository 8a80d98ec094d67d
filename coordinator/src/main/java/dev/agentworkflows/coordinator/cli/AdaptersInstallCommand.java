package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.install.AdapterInstallation;
import dev.agentworkflows.coordinator.adapter.install.AdapterInstallation.Installed;
import dev.agentworkflows.coordinator.adapter.install.Coordinates;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.home.AdaptersDirectory;
import dev.agentworkflows.coordinator.json.Json;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "adapters install",
    description = "Fetch an adapter with all that it needs from Maven repositories.")
@Manual(
    description =
        "An adapter runs inside the coordinator, with your rights and your keys: install "
            + "only what you trust. Mirrors, proxies and credentials are those of "
            + "~/.m2/settings.xml.",
    examples = "owf adapters install com.example:example-adapter:1.2.0",
    exitCodes = "1 It could not be fetched.",
    seeAlso = {"adapters", "docs/adapters.md"})
final class AdaptersInstallCommand extends Command {

  @CommandLine.Parameters(paramLabel = "GROUP:ARTIFACT:VERSION", description = "The adapter.")
  private String artifact = "";

  @CommandLine.Mixin private AdaptersOption adapters = new AdaptersOption();

  @CommandLine.Option(
      names = "--repository",
      paramLabel = "URL",
      description =
          "Look here instead of in Maven Central; may be repeated. `central` names it as well.")
  private List<String> repositories = new ArrayList<>();

  @CommandLine.Option(
      names = "--force",
      description = "Put it in the place of another version, or fetch the same one again.")
  private boolean force;

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  AdaptersInstallCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    Coordinates coordinates = Coordinates.parse(artifact);
    Installed installed =
        new AdapterInstallation(
                adapters.directory(environment()).path(),
                AdaptersDirectory.userHome(environment().variables()),
                environment().variables())
            .install(coordinates, repositories, force);
    if (json) {
      ObjectNode document = Json.object();
      document.put("artifact", coordinates.toString());
      document.put("path", installed.path().toString());
      document.put("fresh", installed.fresh());
      ArrayNode providers = document.putArray("providers");
      installed.providers().forEach(providers::add);
      screen().json(document);
    } else {
      screen()
          .line(
              (installed.fresh() ? "installed " : "already installed: ")
                  + coordinates
                  + " in "
                  + installed.path());
      installed.providers().forEach(name -> screen().line("use it with --provider " + name));
    }
    return ExitCode.FINE;
  }
}
