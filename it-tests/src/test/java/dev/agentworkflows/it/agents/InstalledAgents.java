package dev.agentworkflows.it.agents;

import dev.agentworkflows.it.agents.ProgramPackages.Package;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code claude}, {@code codex} and the model that answers them, installed once per machine through
 * npm: they are large.
 *
 * @param directory holds {@code node_modules}
 */
public record InstalledAgents(Path directory) {

  static final ProgramPackages PACKAGES =
      new ProgramPackages(
          "agents",
          new Package("@anthropic-ai/claude-code", "2.1.197"),
          new Package("@openai/codex", "0.169.0"));

  /** Empty when npm or its registry is not there; {@link #trouble} then says more. */
  public static Optional<InstalledAgents> find() throws IOException, InterruptedException {
    return PACKAGES.install().map(installed -> new InstalledAgents(installed.directory()));
  }

  /** Why they are not there. */
  public static String trouble() {
    return PACKAGES.trouble();
  }

  /** The directory with the programs. */
  public Path programs() {
    return directory.resolve("node_modules/.bin");
  }
}
