package dev.agentworkflows.it.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code examples/third-party-adapter}, built as a third party would: by a Maven of its own, which
 * finds the SPI and the test kit in a local repository, and nothing else of the product. Offline:
 * whatever else it needs, the product's own build has fetched.
 */
final class ThirdPartyProject {

  private static final Path CHECKOUT = Path.of(System.getProperty("owf.examples")).resolve("..");
  private static final String VERSION = System.getProperty("owf.version");
  private static final String FETCHED = System.getProperty("owf.maven.repository");

  private final Path top;

  private ThirdPartyProject(Path top) {
    this.top = top;
  }

  /** Builds it, with its tests. */
  static ThirdPartyProject built(Owf owf) throws IOException {
    Path top = owf.directory().resolve("third-party-adapter");
    copy(CHECKOUT.resolve("examples/third-party-adapter"), top);
    Path installed = owf.directory().resolve("installed");
    install(installed, "agent-workflows", CHECKOUT.resolve("pom.xml"));
    for (String module : List.of("adapters-spi", "adapters-testkit")) {
      Path directory = install(installed, module, CHECKOUT.resolve(module).resolve("pom.xml"));
      String jar = module + "-" + VERSION + ".jar";
      Files.copy(CHECKOUT.resolve(module).resolve("target").resolve(jar), directory.resolve(jar));
    }
    Owf.Invocation maven =
        owf.program(
                List.of(
                    CHECKOUT.resolve("mvnw").normalize().toString(),
                    "--offline",
                    "--batch-mode",
                    "-Dagent-workflows.version=" + VERSION,
                    "-Dmaven.repo.local=" + installed,
                    "-Dmaven.repo.local.tail=" + FETCHED,
                    "-Dmaven.repo.local.tail.ignoreAvailability=true",
                    "package"))
            .in(top)
            // The wrapper's Maven is where the product's build put it.
            .with("HOME", System.getProperty("user.home"))
            .with("JAVA_HOME", System.getProperty("java.home"));
    String wrapperHome = System.getenv("MAVEN_USER_HOME");
    Owf.Finished finished =
        (wrapperHome == null ? maven : maven.with("MAVEN_USER_HOME", wrapperHome)).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stdout()).contains("Tests run:").contains("WebhookAdapterTest");
    return new ThirdPartyProject(top);
  }

  /** What the third party gives to its users. */
  Path jar() {
    return top.resolve("target/webhook-adapter.jar");
  }

  /** A Maven repository with the adapter in it. */
  Path publishTo(Path repository) throws IOException {
    Path directory =
        Files.createDirectories(repository.resolve("com/example/webhook-adapter/1.0.0"));
    Map<String, Path> files = Map.of("jar", jar(), "pom", top.resolve("pom.xml"));
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Path published = directory.resolve("webhook-adapter-1.0.0." + file.getKey());
      Files.copy(file.getValue(), published);
      Files.writeString(directory.resolve(published.getFileName() + ".sha1"), sha1(published));
    }
    return repository;
  }

  private static Path install(Path repository, String artifact, Path pom) throws IOException {
    Path directory =
        Files.createDirectories(
            repository.resolve("dev/agentworkflows").resolve(artifact).resolve(VERSION));
    Files.copy(pom, directory.resolve(artifact + "-" + VERSION + ".pom"));
    return directory;
  }

  /** Without what an earlier build in the checkout left there. */
  private static void copy(Path from, Path to) throws IOException {
    Path target = from.resolve("target");
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.filter(file -> !file.startsWith(target)).toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  private static String sha1(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
