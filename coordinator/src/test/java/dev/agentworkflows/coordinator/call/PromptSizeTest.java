package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.option.CheckedOptions;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.SchemaPrompt;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PromptSizeTest {

  private static final String SCHEMA =
      "{\"type\": \"string\", \"description\": \"%s\"}".formatted("word ".repeat(1_000));

  private static long tokens(String prompt, @Nullable String schema, boolean schemaInPrompt) {
    AgentCall call =
        AgentCall.builder("run_x_call_0001", prompt, Path.of("/w")).schema(schema).build();
    return new PromptSize(call, CheckedOptions.NONE, schemaInPrompt).tokens();
  }

  @Test
  void aSchemaIsCountedOnceWhereverItIs() {
    long alone = tokens("p", null, false);
    long beside = tokens("p", SCHEMA, false);
    long within = tokens(SchemaPrompt.of("p", SCHEMA), SCHEMA, true);
    assertThat(beside).isGreaterThan(alone + 1_000);
    assertThat(within).isBetween(beside - 100, beside + 200);
  }

  @Test
  void aCallInAnotherFormIsCountedAnew() {
    AgentCall call = AgentCall.builder("run_x_call_0001", "p", Path.of("/w")).build();
    AgentCall longer =
        AgentCall.builder("run_x_call_0001", "word ".repeat(100), Path.of("/w")).build();
    PromptSize size = new PromptSize(call, CheckedOptions.NONE, false);
    assertThat(size.tokens()).isEqualTo(1);
    assertThat(size.of(longer).tokens()).isEqualTo(150);
  }
}
