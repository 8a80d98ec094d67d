package dev.agentworkflows.it.agents;

import dev.agentworkflows.it.agents.ProgramPackages.Package;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Real programs that speak the Agent Client Protocol for one test class, with a home of their own
 * and a model on loopback. Where they can't be installed, the class is skipped.
 */
public final class AcpPrograms
    implements BeforeAllCallback, AfterAllCallback, TestExecutionExceptionHandler {

  private static final ProgramPackages PACKAGES =
      new ProgramPackages(
          "acp",
          new Package("opencode-ai", "1.18.33"),
          new Package("@google/gemini-cli", "0.61.0"),
          new Package("@agentclientprotocol/codex-acp", "2.6.0"));

  private final String fixtures;
  private @Nullable Path root;
  private @Nullable MockModel model;
  private Path programs = Path.of("");
  private String versions = "";

  private AcpPrograms(String fixtures) {
    this.fixtures = fixtures;
  }

  /**
   * @param fixtures as aimock reads them; {@code {root}} becomes {@link #root}
   */
  public static AcpPrograms answering(String fixtures) {
    return new AcpPrograms(fixtures);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
    ProgramPackages.Installed installed = PACKAGES.installFor(context.getRequiredTestClass());
    versions = installed.versions();
    programs = installed.programs();
    root = Files.createTempDirectory("owf-acp-").toRealPath();
    Files.createDirectories(home().resolve(".codex"));
    Path file = root().resolve("fixtures.json");
    Files.writeString(file, fixtures.replace("{root}", root().toString()));
    model = MockModel.start(programs, home(), file);
    Files.writeString(home().resolve("opencode.json"), opencodeConfiguration(""));
    Files.writeString(home().resolve(".codex/config.toml"), codexConfiguration());
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    // A subclass has this very extension: what one class made is gone when the other begins.
    if (model != null) {
      model.close();
      model = null;
    }
    if (root != null) {
      MockModel.delete(root);
      root = null;
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw VersionsInFailures.with(versions, failure);
  }

  /** A directory of the test class. */
  public Path root() {
    if (root == null) {
      throw new IllegalStateException("register AcpPrograms on a static field");
    }
    return root;
  }

  /** The programs' home: settings files go here. */
  public Path home() {
    return root().resolve("home");
  }

  /** The directory with the programs. */
  public Path programs() {
    return programs;
  }

  /** All that the programs need but the keys. Nothing of the tests' own environment but PATH. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", programs + ":" + System.getenv().getOrDefault("PATH", ""));
    environment.put("HOME", home().toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("OPENCODE_CONFIG", home().resolve("opencode.json").toString());
    environment.put("OPENCODE_DISABLE_AUTOUPDATE", "1");
    environment.put("OPENCODE_DISABLE_MODELS_FETCH", "1");
    environment.put("GOOGLE_GEMINI_BASE_URL", url());
    environment.put("CODEX_HOME", home().resolve(".codex").toString());
    return environment;
  }

  /** Keys that no provider knows. */
  public Map<String, String> keys() {
    return Map.of("GEMINI_API_KEY", "sk-gem-dummy-0451", "OPENAI_API_KEY", "sk-dummy-0451");
  }

  /**
   * A user's settings of opencode.
   *
   * @param more members of the object, each with a comma before it
   */
  public String opencodeConfiguration(String more) {
    return """
    {"model": "loopback/llama", "provider": {"loopback": {
      "npm": "@ai-sdk/openai-compatible", "name": "loopback",
      "options": {"baseURL": "%s/v1", "apiKey": "none"},
      "models": {"llama": {"name": "llama"}, "other": {"name": "other"}}}}%s}
    """
        .formatted(url(), more);
  }

  private String url() {
    return model == null ? "" : model.url();
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
        .formatted(url());
  }
}
