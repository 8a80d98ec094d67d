package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.AdapterJars;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.home.AdaptersDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that use third parties' adapters. */
final class AdaptersOption {

  @Option(
      names = "--adapters",
      paramLabel = "DIR",
      description =
          "Where third parties' adapters are. Default: OWF_ADAPTERS, else ~/.workflows/adapters.")
  private @Nullable Path directory;

  AdaptersDirectory directory(Environment environment) {
    return AdaptersDirectory.of(directory, environment.variables());
  }

  AdapterJars jars(Environment environment) {
    return AdapterJars.in(directory(environment).toRead());
  }

  /** Ours and theirs; a line on the screen for each of theirs that can't be used. */
  Providers providers(Console screen, Environment environment) {
    AdapterJars jars = jars(environment);
    jars.warnings().forEach(warning -> screen.note("owf: " + warning));
    Providers providers = Providers.load(environment.variables(), jars);
    screen.redactWith(providers.redactor());
    return providers;
  }
}
