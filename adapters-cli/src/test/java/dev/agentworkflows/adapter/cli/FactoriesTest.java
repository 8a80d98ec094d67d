package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FactoriesTest {

  @Test
  @Timeout(60)
  void listingTheProvidersLoadsNoJsonLibrary() throws Exception {
    Process listing =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                ListedFactories.class.getName())
            .redirectErrorStream(true)
            .start();
    String loaded = new String(listing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(listing.waitFor()).isZero();
    assertThat(loaded)
        .contains(
            "claude[claude-cli][EDITS_FILES, REPORTS_COST, SESSIONS]",
            "codex[codex-cli][EDITS_FILES, SESSIONS]")
        .doesNotContain("tools.jackson", ProgramAdapter.class.getName());
  }
}
