package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs scripts as a person or an agent does. Their texts are bytes, each as a character of Latin-1.
 */
record TreeShell(Path directory, Map<String, String> variables) {

  private static final int SECONDS = 20;

  /** Git and the shell see nothing of this machine's own configuration. */
  static Map<String, String> environment(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("GIT_") || name.startsWith("XDG_"));
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.putAll(more);
    return environment;
  }

  String orFail(String script) throws IOException {
    return run("set -e\n" + script, true);
  }

  /** Some steps fail, as an agent's do. */
  void attempt(String script) throws IOException {
    run(script, false);
  }

  private String run(String script, boolean mustWork) throws IOException {
    Path file = Files.createTempFile("tree-script-", "");
    Path output = Files.createTempFile("tree-output-", "");
    Files.write(file, script.getBytes(StandardCharsets.ISO_8859_1));
    ProcessBuilder builder =
        new ProcessBuilder("sh", file.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment(variables));
    builder.environment().put("GIT_EDITOR", "true");
    Process process = builder.start();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        // The shell first, or it begins its next step when what it waits for is gone.
        List<ProcessHandle> others = process.descendants().toList();
        process.destroyForcibly().waitFor();
        others.forEach(ProcessHandle::destroyForcibly);
        if (mustWork) {
          throw new AssertionError("the script hangs:\n" + script);
        }
      }
      String text = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
      if (mustWork && process.exitValue() != 0) {
        throw new AssertionError(script + "\nfailed: " + text);
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(file);
      Files.deleteIfExists(output);
    }
  }
}
