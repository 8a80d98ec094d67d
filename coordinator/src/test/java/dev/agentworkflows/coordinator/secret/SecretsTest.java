package dev.agentworkflows.coordinator.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretsTest {

  @Test
  void whatAnAdapterWasGivenIsTakenOutOfTextsFromThenOn() {
    Secrets secrets = new Secrets(Map.of("ODD_NAME", "odd-12345678"), Set.of());
    Redactor redactor = secrets.redactor();
    assertThat(redactor.redact("odd-12345678")).isEqualTo("odd-12345678");

    assertThat(secrets.ask("ODD_NAME")).contains("odd-12345678");

    assertThat(redactor.redact("key odd-12345678!")).isEqualTo("key [redacted:ODD_NAME]!");
  }

  @Test
  void theUsualKeysAreKnownBeforeAnybodyAsks() {
    assertThat(
            new Secrets(Map.of("OPENAI_API_KEY", "sk-12345678"), Set.of())
                .redactor()
                .redact("sk-12345678"))
        .isEqualTo("[redacted:OPENAI_API_KEY]");
  }

  @Test
  void whatIsNotSetIsEmpty() {
    Secrets secrets = new Secrets(Map.of("BLANK", " "), Set.of());

    assertThat(secrets.ask("BLANK")).isEmpty();
    assertThat(secrets.ask("MISSING")).isEmpty();
  }
}
