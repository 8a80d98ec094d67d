package dev.agentworkflows.adapter.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether npm's registry can be reached: looked at once a build, and what needs it is skipped at
 * once when it can't. What one module's tests found is kept for those of the others.
 */
final class NpmRegistry {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The moment at which the build began; empty where no build runs the tests. */
  private static final String BUILD = System.getProperty("owf.build", "");

  private static @Nullable Boolean answers;

  private NpmRegistry() {}

  static synchronized boolean answers(Path target) throws IOException, InterruptedException {
    Path silent = target.resolve("npm-is-silent-" + BUILD.replaceAll("[^0-9A-Za-z]", ""));
    Boolean known = answers;
    if (known == null) {
      known = !Files.exists(silent) && probe();
      answers = known;
      if (!known && !BUILD.isEmpty()) {
        Files.createDirectories(target);
        Files.writeString(silent, "its registry did not answer\n");
      }
    }
    return known;
  }

  /** After an attempt that failed, nobody tries again in this build. */
  static synchronized void gaveUp() {
    answers = false;
  }

  private static boolean probe() throws InterruptedException {
    String configured = System.getenv("npm_config_registry");
    String registry = configured == null ? "https://registry.npmjs.org/" : configured;
    try {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create(registry + (registry.endsWith("/") ? "" : "/") + "-/ping"))
              .timeout(PATIENCE)
              .build();
      return HttpClient.newBuilder()
              .connectTimeout(PATIENCE)
              .build()
              .send(request, HttpResponse.BodyHandlers.discarding())
              .statusCode()
          < 500;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }
}
