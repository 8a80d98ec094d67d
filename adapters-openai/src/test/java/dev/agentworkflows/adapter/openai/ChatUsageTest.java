package dev.agentworkflows.adapter.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatUsageTest {

  private static JsonNode json(String text) {
    return JsonMapper.builder().build().readTree(text);
  }

  private static Usage usage(String json) {
    return ChatUsage.of(json(json)).usage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '~',
      value = {
        // input, output, total: integers, floats, strings
        "{\"prompt_tokens\": 5, \"completion_tokens\": 4}                         | 5 | 4 | -",
        "{\"prompt_tokens\": 5.0, \"completion_tokens\": 3.2}                     | 5 | 4 | -",
        "{\"prompt_tokens\": \"5\", \"completion_tokens\": \" 4 \"}               | 5 | 4 | -",
        // what is no count is not known
        "{\"prompt_tokens\": null, \"completion_tokens\": \"many\"}               | - | - | -",
        "{\"prompt_tokens\": -5, \"completion_tokens\": 1e30}                     | - | - | -",
        "{\"prompt_tokens\": 1e999999999, \"completion_tokens\": true}    | - | - | -",
        "{}                                                                     | - | - | -",
        // one figure for both
        "{\"total_tokens\": 900}                                                | - | - | 900",
        "{\"prompt_tokens\": 500, \"total_tokens\": 900}                        | 500 | - | 900",
        "{\"input_tokens\": 5, \"output_tokens\": 4}                              | 5 | 4 | -",
      })
  void countsComeInManyShapes(String json, Long input, Long output, Long total) {
    assertThat(usage(json)).isEqualTo(new Usage(input, output, null, null, total));
  }

  @ParameterizedTest
  @CsvSource({
    "20, 10, 120, 20, within the completion as OpenAI counts",
    "20, 30, 150, 50, beside it and the total says so",
    "20, 30, 0, 50, beside it without a total: it is more than the completion",
    "20, 5, 0, 20, without a total and less than the completion",
  })
  void reasoningIsCountedOnce(int completion, int reasoning, int total, long billed, String where) {
    String json =
        """
        {"prompt_tokens": 100, "completion_tokens": %d, "total_tokens": %s,
         "completion_tokens_details": {"reasoning_tokens": %d}}
        """
            .formatted(completion, total == 0 ? "null" : String.valueOf(total), reasoning);
    assertThat(usage(json).outputTokens()).as(where).isEqualTo(billed);
  }

  @Test
  void whatAFailedAnswerCostStaysWithItsFailure() {
    ChatAnswer answer =
        ChatAnswer.of(
            json(
                """
                {"choices": [{"message": {"content": "half"}, "finish_reason": "length"}],
                 "usage": {"prompt_tokens": 10, "completion_tokens": 500, "cost": 0.05}}
                """),
            null);
    assertThat(catchThrowableOfType(AdapterException.class, answer::reply))
        .satisfies(failure -> {
          assertThat(failure.isBilled()).isTrue();
          assertThat(failure.usage()).isEqualTo(Usage.of(10, 500));
          assertThat(failure.costUsd()).isEqualByComparingTo("0.05");
        });
  }

  @Test
  void anErrorInsteadOfAnAnswerIsNotBilled() {
    ChatAnswer answer = ChatAnswer.of(json("{\"error\": {\"message\": \"no\"}}"), null);
    assertThat(catchThrowableOfType(AdapterException.class, answer::reply))
        .satisfies(failure -> assertThat(failure.isBilled()).isFalse());
  }
}
