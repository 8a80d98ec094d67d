package dev.agentworkflows.it;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Programs in the versions that tests know, installed once per machine through npm: they are large.
 */
public final class NpmPackages {

  private static final int MAX_SECONDS = 150;
  private static final int MAX_VIEW_SECONDS = 30;

  /** What becomes part of a directory's name. */
  private static final Pattern VERSION = Pattern.compile("\\d[\\w.+-]{0,60}");

  private static @Nullable Boolean registry;

  private final String name;
  private final List<String> packages;
  private @Nullable Path installed;
  private @Nullable String trouble;

  /**
   * @param name of their directory; another one for other versions
   */
  public NpmPackages(String name, List<String> packages) {
    this.name = name;
    this.packages = List.copyOf(packages);
  }

  /**
   * The directory that holds {@code node_modules}; empty when npm or its registry is not there, and
   * {@link #trouble} then says more.
   */
  public synchronized Optional<Path> directory() throws IOException, InterruptedException {
    if (installed == null && trouble == null) {
      Path directory = cache().resolve(name);
      if (!Files.isDirectory(directory)) {
        trouble = install(directory);
      }
      installed = trouble == null ? directory : null;
    }
    return Optional.ofNullable(installed);
  }

  /** Why they are not there. */
  public synchronized String trouble() {
    return String.valueOf(trouble);
  }

  /** The newest version of a package; empty when npm or its registry does not tell. */
  public static Optional<String> newestVersion(String name)
      throws IOException, InterruptedException {
    if (!registryAnswers()) {
      return Optional.empty();
    }
    Path answer = Files.createTempFile("npm-view-", ".txt");
    try {
      Process npm =
          new ProcessBuilder("npm", "view", name, "version")
              .redirectInput(new File("/dev/null"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectOutput(answer.toFile())
              .start();
      if (!npm.waitFor(MAX_VIEW_SECONDS, TimeUnit.SECONDS)) {
        npm.destroyForcibly().waitFor();
        return Optional.empty();
      }
      String version = Files.readString(answer).strip();
      return Optional.of(version).filter(told -> VERSION.matcher(told).matches());
    } catch (IOException e) {
      return Optional.empty(); // No npm.
    } finally {
      Files.delete(answer);
    }
  }

  /** One look a process, for all packages: without it, each would wait until npm gives up. */
  private static synchronized boolean registryAnswers() throws InterruptedException {
    Boolean known = registry;
    if (known == null) {
      String configured = System.getenv("npm_config_registry");
      String address = configured == null ? "https://registry.npmjs.org/" : configured;
      try {
        HttpRequest ping =
            HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(10)).build();
        known =
            HttpClient.newHttpClient()
                    .send(ping, HttpResponse.BodyHandlers.discarding())
                    .statusCode()
                < 500;
      } catch (IOException | IllegalArgumentException e) {
        known = false;
      }
      registry = known;
    }
    return known;
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
  private @Nullable String install(Path directory) throws IOException, InterruptedException {
    if (!registryAnswers()) {
      return "npm's registry does not answer";
    }
    Files.createDirectories(directory.getParent());
    Path making = Files.createTempDirectory(directory.getParent(), "making-");
    List<String> command =
        new ArrayList<>(List.of("npm", "install", "--no-audit", "--no-fund", "--prefix"));
    command.add(making.toString());
    command.addAll(packages);
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
    if (!npm.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
      npm.descendants().forEach(ProcessHandle::destroyForcibly);
      npm.destroyForcibly().waitFor();
      return "npm took longer than " + MAX_SECONDS + " seconds; see " + log;
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
