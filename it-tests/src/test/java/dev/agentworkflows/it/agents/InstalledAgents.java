package dev.agentworkflows.it.agents;

import dev.agentworkflows.it.NpmPackages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The agent programs in the versions that the tests know, installed once per machine through npm:
 * they are large.
 *
 * @param directory holds {@code node_modules}
 */
public record InstalledAgents(Path directory) {

  private static final String CLAUDE = "2.1.197";
  private static final String CODEX = "0.169.0";
  private static final String MODEL = "1.43.0";

  private static final List<String> PACKAGES =
      List.of(
          "@anthropic-ai/claude-code@" + CLAUDE,
          "@openai/codex@" + CODEX,
          "@copilotkit/aimock@" + MODEL);

  private static final NpmPackages NPM =
      new NpmPackages("agents-" + String.join("-", CLAUDE, CODEX, MODEL), PACKAGES);

  /** Empty when npm or its registry is not there; {@link #trouble} then says more. */
  public static Optional<InstalledAgents> find() throws IOException, InterruptedException {
    return NPM.directory().map(InstalledAgents::new);
  }

  /** Why they are not there. */
  public static String trouble() {
    return "claude, codex and llmock could not be installed: " + NPM.trouble();
  }

  /** The directory with the programs. */
  public Path programs() {
    return directory.resolve("node_modules/.bin");
  }
}
