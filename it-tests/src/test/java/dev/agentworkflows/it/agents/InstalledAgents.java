package dev.agentworkflows.it.agents;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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

  private static @Nullable InstalledAgents installed;
  private static @Nullable String trouble;

  /** Empty when npm or its registry is not there; {@link #trouble} then says more. */
  public static synchronized Optional<InstalledAgents> find()
      throws IOException, InterruptedException {
    if (installed == null && trouble == null) {
      Path directory = cache().resolve("agents-" + String.join("-", CLAUDE, CODEX, MODEL));
      if (!Files.isDirectory(directory)) {
        trouble = install(directory);
      }
      installed = trouble == null ? new InstalledAgents(directory) : null;
    }
    return Optional.ofNullable(installed);
  }

  /** Why they are not there. */
  public static synchronized String trouble() {
    return "claude, codex and llmock could not be installed: " + trouble;
  }

  /** The directory with the programs. */
  public Path programs() {
    return directory.resolve("node_modules/.bin");
  }

  private static Path cache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return base.resolve("owf-it");
  }

  /** Into a directory of its own first: what is there under its name is whole. */
  private static @Nullable String install(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory.getParent());
    Path making = Files.createTempDirectory(directory.getParent(), "making-");
    List<String> command =
        new ArrayList<>(List.of("npm", "install", "--no-audit", "--no-fund", "--prefix"));
    command.add(making.toString());
    command.addAll(PACKAGES);
    File log = making.resolve("npm.log").toFile();
    Process npm;
    try {
      npm =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(log)
              .start();
    } catch (IOException e) {
      return e.getMessage();
    }
    if (!npm.waitFor(150, TimeUnit.SECONDS)) {
      npm.descendants().forEach(ProcessHandle::destroyForcibly);
      npm.destroyForcibly().waitFor();
      return "npm took longer than 150 seconds; see " + log;
    }
    if (npm.exitValue() != 0) {
      return "npm failed; see " + log;
    }
    try {
      Files.move(making, directory);
    } catch (IOException e) {
      if (!Files.isDirectory(directory)) { // Another build has been quicker.
        throw e;
      }
    }
    return null;
  }
}
