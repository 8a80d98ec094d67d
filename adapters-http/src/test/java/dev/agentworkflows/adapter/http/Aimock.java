package dev.agentworkflows.adapter.http;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program {@code llmock} of the npm package {@code @copilotkit/aimock}: somebody else's idea of
 * what the providers' APIs are. Installed once, below the build's {@code target} directories; where
 * npm is missing or can't reach its registry, the tests that need it are skipped.
 */
final class Aimock implements AutoCloseable {

  private static final String VERSION = "1.43.0";
  private static final Path HOME = Path.of("..", "target", "aimock-" + VERSION).toAbsolutePath();
  private static final Path PROGRAM =
      HOME.resolve("node_modules/@copilotkit/aimock/dist/cli.js").normalize();
  private static final Pattern LISTENING = Pattern.compile("listening on (http://[0-9.:]+)");

  private final Process process;
  private final String url;

  private Aimock(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts it on a free port, with these fixtures and more of its options. */
  static Aimock start(Path directory, String fixtures, String... options) throws Exception {
    install();
    Path file = Files.writeString(directory.resolve("fixtures.json"), fixtures);
    List<String> command =
        new ArrayList<>(
            List.of("node", PROGRAM.toString(), "-p", "0", "-f", file.toString(), "--strict"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new Aimock(process, url(process));
  }

  String url() {
    return url;
  }

  private static String url(Process process) throws IOException {
    // Not closed: its output has to go somewhere while it runs, and is little.
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        return listening.group(1);
      }
    }
    throw new IOException("llmock did not start: " + said);
  }

  private static synchronized void install() throws Exception {
    if (Files.isRegularFile(PROGRAM)) {
      return;
    }
    boolean there =
        NpmRegistry.answers(Path.of("..", "target").toAbsolutePath())
            && runs("node", "--version")
            && runs(
                "npm",
                "install",
                "--fetch-retries=1",
                "--fetch-timeout=20000",
                "--prefix",
                HOME.toString(),
                "--no-audit",
                "--no-fund",
                "--no-save",
                "@copilotkit/aimock@" + VERSION);
    if (!there) {
      NpmRegistry.gaveUp();
    }
    assumeTrue(
        there,
        "node or npm is missing, or npm's registry is out of reach: no llmock to test against");
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }
}
