package dev.agentworkflows.coordinator.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenSecretsTest {

  @TempDir private Path directory;

  private Providers providers(String file, Map<String, String> variables) throws IOException {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("HOME", directory.toString());
    Files.createDirectories(directory.resolve(".workflows"));
    Files.writeString(directory.resolve(".workflows/providers.json"), file.replace('\'', '"'));
    return Providers.of(
        Providers.builtIn().stream().filter(factory -> factory.name().equals("fake")).toList(),
        environment);
  }

  @ParameterizedTest
  @CsvSource({
    "http://user:pass-word-1234@host:8080/v1, http://[redacted]@host:8080/v1",
    "https://token-1234567890@host, https://[redacted]@host",
    "user:pass-word-1234@host/v1, [redacted]@host/v1",
    "https://user:p@ss/wo?rd#1234@host/v1, https://[redacted]@host/v1",
    "https://host/v1?key=0123456789ab&x=1, https://host/v1?[redacted]",
    "https://host/v1#0123456789ab, https://host/v1?[redacted]",
    "http://localhost:11434/v1, http://localhost:11434/v1",
    "http://localhost:11434/@scope/v1, http://localhost:11434/@scope/v1"
  })
  void anAddressIsShownWithoutItsSecrets(String url, String shown) {
    assertThat(WrittenSecrets.withoutSecrets(url)).isEqualTo(shown);
  }

  @Test
  void secretsInSettingsAreShownNowhereAndReachNoScript() throws IOException {
    try (Providers providers =
        providers(
            "{'providers': {'mine': {'kind': 'fake', 'base_url': 'http://me:file-password-1@h/v1?sig=signature-22'}}}",
            Map.of(
                "OWF_PROVIDER_OTHER_BASE_URL", "http://me:variable-password-3@h",
                "OWF_PROVIDER_OTHER_KIND", "fake",
                "OWF_PROVIDER_OTHER_API_KEY", "key-in-a-variable-4",
                "OWF_TOKEN", "operators-token-5"))) {
      assertThat(providers.find("mine").orElseThrow().baseUrl())
          .isEqualTo("http://[redacted]@h/v1?[redacted]");
      assertThat(
              providers
                  .redactor()
                  .redact(
                      "file-password-1 signature-22 variable-password-3 key-in-a-variable-4"
                          + " operators-token-5"))
          .doesNotContain("password", "signature", "key-in", "operators");
      assertThat(providers.keyVariables())
          .contains("OWF_PROVIDER_OTHER_BASE_URL", "OWF_PROVIDER_OTHER_API_KEY", "OWF_TOKEN")
          .doesNotContain("OWF_PROVIDER_OTHER_KIND");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-proj-0123456789abcdef",
        "gsk_abcdefghijklmnop",
        "AIzaSyA1234567890abcdefghijk",
        "0123456789abcdef0123456789abcdef",
        "AKIA1234567890ABCDEF"
      })
  void aKeyWhereAVariableWasExpectedIsRefusedWithoutRepeatingIt(String key) throws IOException {
    try (Providers providers =
        providers(
            "{'providers': {'mine': {'kind': 'fake', 'api_key_env': '" + key + "'}}}", Map.of())) {
      Provider provider = providers.find("mine").orElseThrow();

      assertThat(provider.problem())
          .contains("looks like a key", "providers.json")
          .doesNotContain(key);
      assertThat(provider.keyVariables()).isEmpty();
      assertThat(providers.redactor().redact("it was " + key)).doesNotContain(key);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GROQ_API_KEY", "my_key", "KEY2", "A_VERY_LONG_NAME_OF_A_KEY_NO_12345"})
  void namesOfVariablesAreNoKeys(String name) {
    assertThat(WrittenSecrets.isKey(name, Map.of())).isFalse();
    assertThat(WrittenSecrets.isKey("sk_live_variable", Map.of("sk_live_variable", "x"))).isFalse();
  }
}
