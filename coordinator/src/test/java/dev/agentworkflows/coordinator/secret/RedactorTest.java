package dev.agentworkflows.coordinator.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RedactorTest {

  @Test
  void everyKnownKeyIsReplacedByItsName() {
    Redactor redactor =
        new Redactor(Map.of("OPENAI_API_KEY", "sk-12345678", "GEMINI_API_KEY", "gm-87654321"));
    assertThat(redactor.redact("a sk-12345678 b gm-87654321 c sk-12345678"))
        .isEqualTo(
            "a [redacted:OPENAI_API_KEY] b [redacted:GEMINI_API_KEY] c [redacted:OPENAI_API_KEY]");
  }

  @Test
  void aKeyThatContainsAnotherLeavesNothingBehind() {
    Redactor redactor =
        new Redactor(Map.of("SHORT", "sk-12345678", "LONG", "sk-12345678-and-more"));
    assertThat(redactor.redact("x sk-12345678-and-more y")).isEqualTo("x [redacted:LONG] y");
  }

  @Test
  void textWithoutAKeyIsLeftAsItIs() {
    String text = "nothing here";
    assertThat(new Redactor(Map.of("K", "sk-12345678")).redact(text)).isSameAs(text);
  }

  @Test
  void aValueTooShortForAKeyBlanksOutNothing() {
    assertThat(new Redactor(Map.of("K", "a")).redact("banana")).isEqualTo("banana");
  }

  @Test
  void keysAreFoundUnderTheirUsualNamesAndUnderConfiguredOnes() {
    assertThat(
            ProviderKeys.in(
                Map.of(
                    "OPENAI_API_KEY", "sk-12345678",
                    "OWF_PROVIDER_GROQ_API_KEY_ENV", "MY_GROQ",
                    "MY_GROQ", "gq-12345678",
                    "PATH", "/bin",
                    "GEMINI_API_KEY", "")))
        .containsOnlyKeys("OPENAI_API_KEY", "MY_GROQ");
  }
}
