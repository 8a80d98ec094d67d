package dev.agentworkflows.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.NpmPackages;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Headless Chromium, driven through {@code playwright-core}. The library comes from npm, once per
 * machine; the browser is the machine's own.
 *
 * @param chromium the program
 * @param library the directory of the driving library
 */
public record Browser(Path chromium, Path library) {

  private static final String PLAYWRIGHT = "1.65.1";

  private static final NpmPackages LIBRARY =
      new NpmPackages("playwright-" + PLAYWRIGHT, List.of("playwright-core@" + PLAYWRIGHT));

  private static @Nullable Browser found;
  private static @Nullable String trouble;

  /** Skips the test, with the reason, where there is no browser; on CI that is a failure. */
  static synchronized Browser open() throws IOException, InterruptedException {
    if (found == null && trouble == null) {
      probe();
    }
    if ("true".equals(System.getenv("CI"))) {
      assertThat(trouble).as("what keeps the browser tests from running").isNull();
    }
    assumeTrue(found != null, () -> "no browser to test with: " + trouble);
    return java.util.Objects.requireNonNull(found);
  }

  private static void probe() throws IOException, InterruptedException {
    Path program =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .flatMap(directory ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(directory, name)))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    if (program == null) {
      trouble = "there is no chromium on the PATH (Debian's package is called chromium)";
      return;
    }
    Path directory = LIBRARY.directory().orElse(null);
    if (directory == null) {
      trouble = LIBRARY.trouble();
      return;
    }
    found = new Browser(program, directory.resolve("node_modules/playwright-core"));
  }

  /**
   * What a browser saw.
   *
   * @param result what the test's script gave back
   * @param complaints on the console, errors, dialogs
   * @param requests all that it sent: method and URL
   */
  record Visit(JsonNode result, List<String> complaints, List<String> requests) {}

  /** As {@link #visit(String, String, String, Map)}, in light colours. */
  Visit visit(String url, String script) throws IOException, InterruptedException {
    return visit(url, "light", script, Map.of());
  }

  /**
   * Opens a page.
   *
   * @param scheme {@code light} or {@code dark}
   * @param script the body of an asynchronous function of {@code page}, {@code context} and {@code
   *     args}, in JavaScript
   */
  Visit visit(String url, String scheme, String script, Map<String, String> args)
      throws IOException, InterruptedException {
    Path driver = Files.createTempFile("owf-browser-", ".cjs");
    Path out = Files.createTempFile("owf-browser-", ".json");
    try (InputStream source = Browser.class.getResourceAsStream("/browser.js")) {
      Files.write(driver, java.util.Objects.requireNonNull(source).readAllBytes());
      Process node =
          new ProcessBuilder("node", driver.toString())
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (var in = node.getOutputStream()) {
        in.write(request(url, scheme, script, args).getBytes(StandardCharsets.UTF_8));
      }
      if (!node.waitFor(120, TimeUnit.SECONDS)) {
        node.descendants().forEach(ProcessHandle::destroyForcibly);
        node.destroyForcibly().waitFor();
      }
      JsonNode seen = Json.read(Files.readString(out));
      assertThat(seen.get("trouble").isNull()).as(seen.get("trouble").toString()).isTrue();
      return new Visit(
          seen.get("result"), texts(seen.get("complaints")), texts(seen.get("requests")));
    } finally {
      Files.deleteIfExists(driver);
      Files.deleteIfExists(out);
    }
  }

  private String request(String url, String scheme, String script, Map<String, String> args) {
    return JsonMapper.shared()
        .writeValueAsString(
            Map.of(
                "library",
                library.toString(),
                "chromium",
                chromium.toString(),
                "url",
                url,
                "scheme",
                scheme,
                "script",
                script,
                "args",
                args));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.stringValue()));
    return texts;
  }
}
