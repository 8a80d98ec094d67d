package dev.agentworkflows.coordinator.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.StringNode;

class RedactorTest {

  @Test
  void aKeyIsFoundInSourceCodesBytes() {
    String key = "sk-proj-Ab3dEf6hIj9kLmN0pQrS";
    Redactor redactor = new Redactor(Map.of("KEY", key));
    for (String format : List.of("0x%02x, ", "\\u{%x}", "\\x%02x", "%d, ", "\\%03o")) {
      StringBuilder written = new StringBuilder();
      key.chars().forEach(c -> written.append(format.formatted(c)));

      assertThat(redactor.redact("is " + written)).as(format).contains("[redacted:KEY]");
    }
  }

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

  /** With a quote, a slash, a backslash and letters beyond ASCII, which encodings treat apart. */
  private static final String ODD = "sk-a/b+c\"d\\e=\u00fc 12???>>>";

  static Stream<Arguments> disguises() {
    Base64.Encoder base64 = Base64.getEncoder();
    return Stream.of("sk-1234567890abcdef", ODD)
        .flatMap(key ->
            Stream.of(
                Arguments.of("plain", key, "<" + key + ">"),
                Arguments.of("JSON", key, Json.write(StringNode.valueOf(key))),
                Arguments.of(
                    "JSON in JSON",
                    key,
                    Json.write(StringNode.valueOf(Json.write(StringNode.valueOf(key))))),
                Arguments.of("JSON, four deep", key, json(json(json(json(key))))),
                Arguments.of("every letter escaped", key, escaped(key)),
                Arguments.of("every letter escaped, twice", key, json(escaped(key))),
                Arguments.of(
                    "base64 with its slashes escaped",
                    key,
                    base64.encodeToString(key.getBytes(UTF_8)).replace("/", "\\/")),
                Arguments.of(
                    "base64 in a URL",
                    key,
                    URLEncoder.encode(base64.encodeToString(key.getBytes(UTF_8)), UTF_8)),
                Arguments.of("URL", key, "?key=" + URLEncoder.encode(key, UTF_8) + "&x=1"),
                Arguments.of(
                    "URL twice", key, URLEncoder.encode(URLEncoder.encode(key, UTF_8), UTF_8)),
                Arguments.of("percent", key, percent(key, "%02x") + percent(key, "%02X")),
                Arguments.of("base64", key, base64.encodeToString(key.getBytes(UTF_8))),
                Arguments.of(
                    "base64 of more",
                    key,
                    base64.encodeToString(("user:" + key + "@x").getBytes(UTF_8))),
                Arguments.of(
                    "base64 of yet more",
                    key,
                    Base64.getUrlEncoder().encodeToString(("name:" + key).getBytes(UTF_8)))));
  }

  private static String json(String text) {
    return Json.write(StringNode.valueOf(text));
  }

  private static String escaped(String key) {
    StringBuilder text = new StringBuilder();
    key.chars().forEach(c -> text.append("\\u%04X".formatted(c)));
    return text.toString();
  }

  private static String percent(String key, String format) {
    StringBuilder text = new StringBuilder();
    for (byte b : key.getBytes(UTF_8)) {
      text.append('%').append(format.formatted(b));
    }
    return text.toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("disguises")
  void aKeyIsFoundInEveryDisguise(String disguise, String key, String text) {
    String redacted = new Redactor(Map.of("K", key)).redact("before " + text + " after");

    assertThat(redacted).contains("[redacted:K]").startsWith("before ").endsWith(" after");
    // Base64 shares its first and last letter with its neighbours; no more than these may be left.
    String rest = redacted.replace("[redacted:K]", "");
    for (int i = 0; i + 8 <= text.length(); i++) {
      String piece = text.substring(i, i + 8);
      if (piece.chars().allMatch(c -> Character.isLetterOrDigit(c)) && key.contains(piece)) {
        assertThat(rest).doesNotContain(piece);
      }
    }
    assertThat(rest.length()).isLessThan(text.length() - key.length() / 2 + 14);
  }

  @Test
  void aKeyInAStackTraceIsFound() {
    Exception failure = new IllegalStateException("bad key sk-1234567890abcdef");
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));

    assertThat(new Redactor(Map.of("K", "sk-1234567890abcdef")).redact(trace.toString()))
        .contains("bad key [redacted:K]")
        .doesNotContain("sk-1234567890abcdef");
  }

  @Test
  @Timeout(20)
  void hostileTextIsSearchedInLinearTime() {
    Redactor redactor = new Redactor(Map.of("K", ODD));

    assertThat(redactor.redact("\\".repeat(2_000_000))).hasSize(2_000_000);
    assertThat(redactor.redact("%25".repeat(700_000))).hasSize(2_100_000);
    assertThat(redactor.redact("sk-a\\/b".repeat(300_000))).hasSize(2_100_000);
  }

  @Test
  void whatIsAroundAKeyInItsVariableIsNoPartOfIt() {
    assertThat(new Redactor(Map.of("K", " sk-12345678\n")).redact("it was sk-12345678."))
        .isEqualTo("it was [redacted:K].");
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
                    "OPENAI_API_KEY",
                    "sk-12345678",
                    "OWF_PROVIDER_GROQ_API_KEY_ENV",
                    "MY_GROQ",
                    "MY_GROQ",
                    "gq-12345678",
                    "PATH",
                    "/bin",
                    "GEMINI_API_KEY",
                    "",
                    "IN_FILE",
                    "if-12345678"),
                List.of("IN_FILE")))
        .containsOnlyKeys("OPENAI_API_KEY", "MY_GROQ", "IN_FILE");
  }
}
