package dev.agentworkflows.adapter.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.Usage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MessageUsageTest {

  private static JsonNode json(String text) {
    return JsonMapper.builder().build().readTree(text);
  }

  @Test
  void cachedTokensAloneAreNoCountOfTheInput() {
    assertThat(MessageUsage.of(json("{\"cache_read_input_tokens\": 7}")))
        .isEqualTo(new Usage(null, null, 7L, null));
  }

  @Test
  void cachedTokensAreCountedOnceAndWithinTheInput() {
    assertThat(
            MessageUsage.of(
                json(
                    """
                    {"input_tokens": "3", "output_tokens": 2.0, "cache_read_input_tokens": 7,
                     "cache_creation_input_tokens": 5}
                    """)))
        .isEqualTo(new Usage(15L, 2L, 7L, 5L));
  }
}
