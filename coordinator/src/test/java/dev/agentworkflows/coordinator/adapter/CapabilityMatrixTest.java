package dev.agentworkflows.coordinator.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CapabilityMatrixTest {

  private static final Path PAGE = Path.of("../docs/providers.md");
  private static final String BEGIN = "<!-- capabilities: written by CapabilityMatrixTest -->\n";
  private static final String END = "<!-- capabilities end -->\n";

  @Test
  void theDocumentedMatrixIsWhatTheAdaptersSay() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(begin).isGreaterThanOrEqualTo(BEGIN.length());
    assertThat(end).isGreaterThanOrEqualTo(begin);
    if (Boolean.getBoolean("reference.write")) {
      page =
          page.substring(0, begin)
              + "\n"
              + CapabilityMatrix.markdown()
              + "\n"
              + page.substring(end);
      Files.writeString(PAGE, page);
      end = page.indexOf(END);
    }
    assertThat(page.substring(begin, end).strip())
        .as("docs/providers.md differs from the adapters; write it with -Dreference.write=true")
        .isEqualTo(CapabilityMatrix.markdown().strip());
  }

  @Test
  void eachCapabilityHasAColumn() {
    assertThat(CapabilityMatrix.columns()).hasSize(Capability.values().length);
  }

  @Test
  void whatHoldsForOneKindOfCallsIsToldSo() {
    try (Providers providers = Providers.of(Providers.builtIn(), Map.of())) {
      Provider gemini = providers.find("gemini-cli").orElseThrow();
      assertThat(CapabilityMatrix.row(gemini)).contains("mutating");
      assertThat(CapabilityMatrix.names(gemini, true)).contains("mcp_servers");
      assertThat(CapabilityMatrix.names(gemini, false)).doesNotContain("mcp_servers");
    }
  }
}
