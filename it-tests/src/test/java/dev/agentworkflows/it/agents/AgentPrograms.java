package dev.agentworkflows.it.agents;

import dev.agentworkflows.testkit.TestContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The real {@code claude} and {@code codex} for one test class, with a home of their own and a
 * model on loopback that answers as its fixtures say. Where they can't be installed, the class is
 * skipped.
 *
 * <p>A test of the product gives {@link #environment} and {@link #keys} to its command.
 */
public final class AgentPrograms
    implements BeforeAllCallback, AfterAllCallback, TestExecutionExceptionHandler {

  private final String fixtures;
  private @Nullable Path root;
  private @Nullable MockModel model;
  private String url = "";
  private Path programs = Path.of("");
  private String versions = "";

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
    ProgramPackages.Installed installed =
        InstalledAgents.PACKAGES.installFor(context.getRequiredTestClass());
    versions = installed.versions();
    programs = installed.programs();
    root = Files.createTempDirectory("owf-agents-").toRealPath();
    Files.createDirectories(home().resolve(".codex"));
    Path file = root().resolve("fixtures.json");
    Files.writeString(file, fixtures.replace("{root}", root().toString()));
    MockModel started = MockModel.start(programs, home(), file);
    model = started;
    url = started.url();
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

  /** What a test of an adapter offers it. */
  TestContext offered() {
    TestContext offered = TestContext.empty().withEnvironment(environment());
    for (Map.Entry<String, String> key : keys().entrySet()) {
      offered = offered.withSecret(key.getKey(), key.getValue());
    }
    return offered;
  }

  /** The body of the last request to the model, as JSON. */
  String lastRequest() throws IOException, InterruptedException {
    HttpRequest journal = HttpRequest.newBuilder(URI.create(url + "/v1/_requests")).build();
    JsonNode requests =
        JsonMapper.shared()
            .readTree(HttpClient.newHttpClient().send(journal, BodyHandlers.ofString()).body());
    return requests.get(requests.size() - 1).path("body").path("messages").toString();
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
