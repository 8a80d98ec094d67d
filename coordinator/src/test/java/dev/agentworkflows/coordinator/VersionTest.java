package dev.agentworkflows.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The version is the pom's. What Maven does not fill in is compared with it. */
class VersionTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void theShimHasThePomsVersion() throws IOException {
    String shim = in("python-shim/src/agent_workflows/_client.py", "(?m)^VERSION = \"([^\"]+)\"");

    // Python has no snapshots.
    assertThat(shim).isEqualTo(pom().replace("-SNAPSHOT", ""));
  }

  @Test
  void theShimsPackageTakesItsVersionFromTheCode() throws IOException {
    String attribute = in("python-shim/pyproject.toml", "version = \\{ attr = \"([^\"]+)\" }");

    assertThat(attribute).isEqualTo("agent_workflows._client.VERSION");
    assertThat(Files.readString(ROOT.resolve("python-shim/pyproject.toml")))
        .doesNotContainPattern("(?m)^version = \"");
  }

  @Test
  void theExampleOfAnAdapterNamesIt() throws IOException {
    String example =
        in(
            "examples/third-party-adapter/pom.xml",
            "<agent-workflows\\.version>([^<]+)</agent-workflows\\.version>");

    assertThat(example).isEqualTo(pom());
  }

  private static String pom() throws IOException {
    return in("pom.xml", "<artifactId>agent-workflows</artifactId>\\s*<version>([^<]+)</version>");
  }

  private static String in(String file, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(ROOT.resolve(file)));
    assertThat(matcher.find()).as("%s in %s", pattern, file).isTrue();
    return matcher.group(1);
  }
}
