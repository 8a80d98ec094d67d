package dev.agentworkflows.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** VERSIONING.md names the numbers that the code has. */
class VersionsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String JAVA = "coordinator/src/main/java/dev/agentworkflows/coordinator/";

  @Test
  void bothSidesSpeakTheDocumentedProtocol() throws IOException {
    String documented = documented("`protocol_version`");

    assertThat(constant(JAVA + "rpc/RunSession.java", "int PROTOCOL_VERSION"))
        .isEqualTo(documented);
    assertThat(constant("python-shim/src/agent_workflows/_run.py", "\nPROTOCOL_VERSION"))
        .isEqualTo(documented);
  }

  @Test
  void theSpiHasTheDocumentedLevel() throws IOException {
    String source = "adapters-spi/src/main/java/dev/agentworkflows/spi/SpiLevel.java";

    assertThat(constant(source, "int CURRENT")).isEqualTo(documented("`SpiLevel.CURRENT`"));
  }

  @Test
  void theDatabaseHasAsManyMigrationsAsDocumented() throws IOException {
    Path migrations = ROOT.resolve("store/src/main/resources/db/migration");
    try (var files = Files.list(migrations)) {
      assertThat(files.count()).isEqualTo(Long.parseLong(documented("SQLite's `user_version`")));
    }
  }

  @Test
  void callKeysHaveTheDocumentedFormat() throws IOException {
    assertThat(constant(JAVA + "cache/CallKey.java", "int FORMAT"))
        .isEqualTo(documented("the key format, part of each key"));
  }

  /** The product's version is the pom's; Python knows no snapshots. */
  @Test
  void theShimHasThePomsVersion() throws IOException {
    String shim = Files.readString(ROOT.resolve("python-shim/src/agent_workflows/_client.py"));

    assertThat(found(shim, "(?m)^VERSION = \"([^\"]+)\""))
        .isEqualTo(pom().replace("-SNAPSHOT", ""));
    assertThat(pom()).startsWith(productAsDocumented() + ".");
  }

  @Test
  void theShimsPackageTakesItsVersionFromTheCode() throws IOException {
    String project = Files.readString(ROOT.resolve("python-shim/pyproject.toml"));

    assertThat(project).contains("version = { attr = \"agent_workflows._client.VERSION\" }");
    assertThat(project).doesNotContainPattern("(?m)^version = \"");
  }

  @Test
  void theExampleOfAnAdapterNamesThePomsVersion() throws IOException {
    String example = Files.readString(ROOT.resolve("examples/third-party-adapter/pom.xml"));

    assertThat(found(example, "<agent-workflows\\.version>([^<]+)<")).isEqualTo(pom());
  }

  private static String pom() throws IOException {
    return found(
        Files.readString(ROOT.resolve("pom.xml")),
        "<artifactId>agent-workflows</artifactId>\\s*<version>([^<]+)<");
  }

  private static String productAsDocumented() throws IOException {
    return found(
        Files.readString(ROOT.resolve("VERSIONING.md")), "semantic version \\| ([0-9.]+) \\|");
  }

  private static String documented(String number) throws IOException {
    return found(
        Files.readString(ROOT.resolve("VERSIONING.md")),
        Pattern.quote("| " + number + " | ") + "(\\d+) \\|");
  }

  private static String constant(String file, String name) throws IOException {
    return found(Files.readString(ROOT.resolve(file)), Pattern.quote(name) + " = (\\d+)");
  }

  private static String found(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }
}
