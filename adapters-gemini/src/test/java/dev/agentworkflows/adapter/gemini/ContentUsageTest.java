package dev.agentworkflows.adapter.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.Usage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ContentUsageTest {

  private static JsonNode json(String text) {
    return JsonMapper.builder().build().readTree(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '~',
      value = {
        "{\"promptTokenCount\": 10, \"candidatesTokenCount\": 4, \"totalTokenCount\": 14} | 10 | 4 | -",
        "{\"promptTokenCount\": 10, \"candidatesTokenCount\": 4, \"thoughtsTokenCount\": 6, \"totalTokenCount\": 20} | 10 | 10 | -",
        "{\"promptTokenCount\": 10, \"candidatesTokenCount\": 4, \"totalTokenCount\": 20} | 10 | 10 | -",
        "{\"promptTokenCount\": 10, \"totalTokenCount\": 25} | 10 | - | 25",
        "{\"totalTokenCount\": 25} | - | - | 25",
        "{} | - | - | -",
      })
  void thoughtsAndWhatIsOnlyInTheTotalAreCountedOnce(
      String json, Long input, Long output, Long total) {
    assertThat(ContentUsage.of(json(json))).isEqualTo(new Usage(input, output, null, null, total));
  }
}
