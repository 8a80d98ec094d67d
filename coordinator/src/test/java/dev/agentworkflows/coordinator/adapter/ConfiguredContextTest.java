package dev.agentworkflows.coordinator.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.secret.Secrets;
import dev.agentworkflows.spi.AdapterException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfiguredContextTest {

  private static ConfiguredContext context(String provider, Map<String, String> environment) {
    return new ConfiguredContext(
        ProviderConfiguration.of(environment).entry(provider),
        environment,
        new Secrets(environment, Set.of()));
  }

  @Test
  void aProvidersVariablesAreItsSettingsButForTheCoordinatorsOwn() {
    ConfiguredContext context =
        context(
            "my-llm",
            Map.of(
                "OWF_PROVIDER_MY_LLM_BASE_URL", "http://x",
                "OWF_PROVIDER_MY_LLM_CONCURRENCY", "3",
                "OWF_PROVIDER_MY_LLM_KIND", "openai",
                "OWF_PROVIDER_MY_LLM_MODEL", "m",
                "OWF_PROVIDER_OTHER_BASE_URL", "http://y"));

    assertThat(context.settings()).isEqualTo(Map.of("base_url", "http://x"));
  }

  @Test
  void anUnknownSettingIsRefusedWithTheKnownOnes() {
    ConfiguredContext context = context("claude", Map.of("OWF_PROVIDER_CLAUDE_PROGRAMM", "x"));

    assertThatThrownBy(() -> context.refuseSettingsBeyond(Set.of("program", "other")))
        .isInstanceOf(AdapterException.class)
        .hasMessage(
            "there is no setting 'programm'; known are: other, program, and those of every"
                + " provider, such as default_model");
  }

  @Test
  void theEnvironmentForProcessesHasNoKey() {
    Map<String, String> environment =
        Map.of("PATH", "/bin", "ANTHROPIC_API_KEY", "sk-ant-12345678");

    assertThat(context("claude", environment).environment()).isEqualTo(Map.of("PATH", "/bin"));
    assertThat(context("claude", environment).secret("ANTHROPIC_API_KEY"))
        .contains("sk-ant-12345678");
  }

  @Test
  void anAdapterMayRedactBeforeItCuts() {
    Map<String, String> environment =
        Map.of("ANTHROPIC_API_KEY", "sk-ant-12345678", "OPENAI_API_KEY", "sk-proj-abcdefgh");

    assertThat(context("claude", environment).redact("with sk-ant-12345678, sk-proj-abcdefgh"))
        .isEqualTo("with [redacted:ANTHROPIC_API_KEY], [redacted:OPENAI_API_KEY]");
  }
}
