package dev.agentworkflows.coordinator.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.report.NextStep;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ToolPointersTest {

  private static final Map<String, Tool> TOOLS =
      McpService.declared().stream().collect(Collectors.toMap(Tool::name, Function.identity()));

  private static final ToolPointers POINTERS = new ToolPointers();

  static Stream<String> pointers() {
    return Stream.of(
        POINTERS.resume(new NextStep("run_1", null, null)),
        POINTERS.resume(new NextStep("run_1", new BigDecimal("1E+3"), new BigDecimal("0.50"))),
        POINTERS.calls("run_1"),
        POINTERS.output("run_1"),
        POINTERS.cacheReasons("run_1"),
        POINTERS.diff("run_1_call_0001"),
        POINTERS.runs(),
        POINTERS.files("run_1"),
        POINTERS.texts("run_1"));
  }

  @ParameterizedTest
  @MethodSource("pointers")
  void aPointerIsAToolWithArgumentsThatItTakes(String pointer) throws Exception {
    String[] parts = pointer.split(" ", 2);
    Map<?, ?> arguments = ToolResults.MAPPER.readValue(parts[1], Map.class);

    assertThat(TOOLS).containsKey(parts[0]);
    assertThat(
            new ArgumentSchemas()
                .validate(Objects.requireNonNull(TOOLS.get(parts[0])).inputSchema(), arguments)
                .errorMessage())
        .isNull();
  }

  @Test
  void aRunWithoutBudgetLeftIsResumedWithMore() {
    assertThat(POINTERS.resume(new NextStep("run_1", new BigDecimal(1000), new BigDecimal("0.5"))))
        .isEqualTo("owf_resume {\"run\":\"run_1\",\"budget_tokens\":1000,\"budget_cost_usd\":0.5}");
  }

  @Test
  void descriptionsOfToolsNameNoCommand() {
    assertThat(TOOLS.values())
        .allSatisfy(tool -> assertThat(tool.toString()).doesNotContain("owf ", " --"));
  }
}
