package dev.agentworkflows.adapter.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.TestCallContext;
import dev.agentworkflows.testkit.TestCalls;
import dev.agentworkflows.testkit.TestContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  @TempDir Path directory;

  @Test
  void allKindsAreFound() {
    List<String> names =
        ServiceLoader.load(AdapterFactory.class).stream()
            .filter(found -> found.type().getPackage() == AcpAdapterFactory.class.getPackage())
            .map(found -> found.get().name())
            .toList();
    assertThat(names)
        .containsExactlyInAnyOrder("acp", "gemini-cli", "opencode", "copilot", "qwen", "goose");
  }

  @Test
  void aCommandIsAListOrWords() throws Exception {
    assertThat(settings("[\"my agent\", \"--acp\"]").program().program()).isEqualTo("my agent");
    assertThat(settings("[\"my agent\", \"--acp\"]").arguments()).containsExactly("--acp");
    assertThat(settings(" my-agent  acp ").program().program()).isEqualTo("my-agent");
    assertThat(settings(" my-agent  acp ").arguments()).containsExactly("acp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "[\"\"]", "[\"a\", 1]", "[\"a\"", "[{}]"})
  void aCommandThatMakesNoSenseIsRefused(String command) {
    assertThatThrownBy(() -> settings(command))
        .isInstanceOf(AdapterException.class)
        .hasMessageContaining("command");
  }

  @Test
  void aMissingProgramIsNamedWithWhatToDo() throws Exception {
    assertThat(failure(new GooseAdapterFactory(), true))
        .hasMessageContaining("'no-such-program'")
        .hasMessageContaining("OWF_PROVIDER_GOOSE_PROGRAM")
        .hasMessageContaining("block.github.io/goose");
    assertThat(failure(new GeminiCliAdapterFactory(), true))
        .hasMessageContaining("OWF_PROVIDER_GEMINI_CLI_PROGRAM")
        .hasMessageContaining("npm install -g @google/gemini-cli");
  }

  @Test
  void agentsWithoutATestedReadOnlyModeAreRefusedByName() throws Exception {
    for (AdapterFactory factory :
        List.of(new CopilotAdapterFactory(), new QwenAdapterFactory(), new GooseAdapterFactory())) {
      assertThat(failure(factory, false))
          .hasMessageStartingWith(factory.name() + " is not used for read-only calls")
          .hasMessageContaining("isolation=\"worktree\"");
    }
  }

  private AdapterException failure(AdapterFactory factory, boolean mutating) throws Exception {
    TestContext context = TestContext.empty().withSettings(Map.of("program", "no-such-program"));
    try (Adapter adapter = factory.create(context)) {
      adapter.invoke(
          mutating ? TestCalls.editing(directory, "hello") : TestCalls.reading(directory, "hello"),
          new TestCallContext());
      throw new AssertionError("should have failed");
    } catch (AdapterException e) {
      return e;
    }
  }

  private static AgentSettings settings(String command) throws AdapterException {
    return AgentSettings.of(
        new AgentKind("acp", "", List.of(), "", java.util.Set.of(), null, null),
        TestContext.empty().withSettings(Map.of("command", command)));
  }
}
