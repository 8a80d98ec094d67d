package dev.agentworkflows.it.agents;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The real {@code claude} and {@code codex} for one test class, with a home of their own and a
 * model on loopback that answers as its fixtures say. Where they can't be installed, the class is
 * skipped.
 *
 * <p>A test of the product gives {@link #environment} and {@link #keys} to its command.
 */
public final class AgentPrograms implements BeforeAllCallback, AfterAllCallback {

  private static final String LISTENING = "listening on ";

  private final String fixtures;
  private @Nullable Path root;
  private @Nullable Process model;
  private String url = "";
  private Path programs = Path.of("");

  private AgentPrograms(String fixtures) {
    this.fixtures = fixtures;
  }

  /**
   * The programs, with a model that answers as these fixtures say.
   *
   * @param fixtures as aimock reads them; {@code {root}} becomes {@link #root}
   */
  public static AgentPrograms answering(String fixtures) {
    return new AgentPrograms(fixtures);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
    InstalledAgents installed = InstalledAgents.find().orElse(null);
    Assumptions.assumeTrue(installed != null, InstalledAgents::trouble);
    if (installed == null) {
      return; // Never: the assumption has thrown.
    }
    programs = installed.programs();
    root = Files.createTempDirectory("owf-agents-").toRealPath();
    Files.createDirectories(home().resolve(".codex"));
    Path file = root().resolve("fixtures.json");
    Files.writeString(file, fixtures.replace("{root}", root().toString()));
    startModel(file);
    Files.writeString(home().resolve(".codex/config.toml"), codexConfiguration());
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (model != null) {
      model.destroyForcibly();
    }
    if (root != null) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  /** A directory of the test class, with nothing of the programs' in its way. */
  public Path root() {
    if (root == null) {
      throw new IllegalStateException("register AgentPrograms on a static field");
    }
    return root;
  }

  /** The programs' home: settings files go here. */
  public Path home() {
    return root().resolve("home");
  }

  /** All that the programs need but the keys. Nothing of the tests' own environment but PATH. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", programs + ":" + System.getenv().getOrDefault("PATH", ""));
    environment.put("HOME", home().toString());
    environment.put("CODEX_HOME", home().resolve(".codex").toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("ANTHROPIC_BASE_URL", url);
    environment.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    environment.put("CLAUDE_CODE_MAX_RETRIES", "0");
    environment.put("DISABLE_AUTOUPDATER", "1");
    return environment;
  }

  /** Keys that no provider knows. */
  public Map<String, String> keys() {
    return Map.of("ANTHROPIC_API_KEY", "sk-ant-dummy-0451", "OPENAI_API_KEY", "sk-dummy-0451");
  }

  private void startModel(Path file) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(programs.resolve("llmock").toString(), "-p", "0", "-f", file.toString())
            .redirectErrorStream(true);
    builder.environment().put("HOME", home().toString());
    Process started = builder.start();
    model = started;
    // Read on, or the model blocks when the pipe is full.
    BufferedReader lines = started.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.append(line).append('\n');
      int at = line.indexOf(LISTENING);
      if (at >= 0) {
        url = line.substring(at + LISTENING.length()).strip();
        drain(lines);
        return;
      }
    }
    throw new IOException("llmock did not start: " + said);
  }

  private static void drain(BufferedReader lines) {
    Thread reader = new Thread(() -> lines.lines().forEach(line -> {}), "llmock-output");
    reader.setDaemon(true);
    reader.start();
  }

  private String codexConfiguration() {
    return """
    model = "gpt-5"
    model_provider = "loopback"

    [model_providers.loopback]
    name = "loopback"
    base_url = "%s/v1"
    wire_api = "responses"
    env_key = "OPENAI_API_KEY"
    request_max_retries = 0
    stream_max_retries = 0
    """
        .formatted(url);
  }
}
