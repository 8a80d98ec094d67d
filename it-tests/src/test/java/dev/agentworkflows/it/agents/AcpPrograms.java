package dev.agentworkflows.it.agents;

import dev.agentworkflows.it.NpmPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Real programs that speak the Agent Client Protocol for one test class, with a home of their own
 * and a model on loopback. Where they can't be installed, the class is skipped.
 */
public final class AcpPrograms implements BeforeAllCallback, AfterAllCallback {

  private static final String OPENCODE = "1.18.33";
  private static final String GEMINI = "0.61.0";
  private static final String CODEX_ACP = "2.6.0";
  private static final String MODEL = "1.43.0";

  private static final NpmPackages NPM =
      new NpmPackages(
          "acp-" + String.join("-", OPENCODE, GEMINI, CODEX_ACP, MODEL),
          List.of(
              "opencode-ai@" + OPENCODE,
              "@google/gemini-cli@" + GEMINI,
              "@agentclientprotocol/codex-acp@" + CODEX_ACP,
              "@copilotkit/aimock@" + MODEL));

  private final String fixtures;
  private @Nullable Path root;
  private @Nullable MockModel model;
  private Path programs = Path.of("");

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
    Path installed = NPM.directory().orElse(null);
    Assumptions.assumeTrue(
        installed != null, () -> "the ACP agents could not be installed: " + NPM.trouble());
    if (installed == null) {
      return; // Never: the assumption has thrown.
    }
    programs = installed.resolve("node_modules/.bin");
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
    if (model != null) {
      model.close();
    }
    if (root != null) {
      MockModel.delete(root);
    }
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
