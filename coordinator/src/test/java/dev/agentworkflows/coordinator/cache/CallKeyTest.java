package dev.agentworkflows.coordinator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CallKeyTest {

  private static CallKey key(String prompt, String model, String metadata) {
    return CallKey.of(
        prompt, null, "fake", model, null, List.of(), null, Json.read(metadata), null);
  }

  @Test
  void theSameCallHasTheSameKeyHoweverItsJsonIsWritten() {
    assertThat(key("p", "m", "{\"a\":1,\"b\":2}"))
        .isEqualTo(key("p", "m", "{ \"b\": 2, \"a\": 1 }"));
  }

  @Test
  void everyPartCounts() {
    Set<String> hashes = new TreeSet<>();
    hashes.add(CallKey.of("p", null, "fake", "m", null, List.of(), null, null, null).hash());
    hashes.add(CallKey.of("q", null, "fake", "m", null, List.of(), null, null, null).hash());
    hashes.add(CallKey.of("p", "{}", "fake", "m", null, List.of(), null, null, null).hash());
    hashes.add(CallKey.of("p", null, "x", "m", null, List.of(), null, null, null).hash());
    hashes.add(CallKey.of("p", null, "fake", "n", null, List.of(), null, null, null).hash());
    hashes.add(CallKey.of("p", null, "fake", "m", "t", List.of(), null, null, null).hash());
    hashes.add(CallKey.of("p", null, "fake", "m", null, List.of("s"), null, null, null).hash());
    hashes.add(
        CallKey.of("p", null, "fake", "m", null, List.of(), Json.read("1"), null, null).hash());
    hashes.add(
        CallKey.of("p", null, "fake", "m", null, List.of(), null, Json.read("1"), null).hash());
    hashes.add(CallKey.of("p", null, "fake", "m", null, List.of(), null, null, "n").hash());
    CallKey plain = CallKey.of("p", null, "fake", "m", null, List.of(), null, null, null);
    hashes.add(plain.withFallback(List.of("x")).hash());
    hashes.add(plain.withFallback(List.of("y")).hash());
    hashes.add(plain.withFallback(List.of("x", "y")).hash());
    assertThat(hashes).hasSize(13).allMatch(hash -> hash.matches("[0-9a-f]{64}"));
  }

  @Test
  void whatIsNotUsedLeavesKeysAsTheyWere() {
    // Computed before calls had options: SHA-256 of the canonical JSON.
    CallKey plain = CallKey.of("p", null, "fake", "m", null, List.of(), null, null, null);
    assertThat(plain.hash())
        .isEqualTo("e6089441443234882750b956676dcd3fbbf2835cb8adf66d78416e268fed6409");
    assertThat(
            CallKey.of(
                    "p",
                    null,
                    "fake",
                    "m",
                    null,
                    List.of(),
                    null,
                    null,
                    null,
                    Map.of("system", Json.read("\"s\"")))
                .hash())
        .isNotEqualTo(plain.hash());
  }

  @Test
  void effortIsShownAndASystemTextHidden() {
    CallKey key =
        CallKey.of(
            "p",
            null,
            "fake",
            "m",
            null,
            List.of(),
            null,
            null,
            null,
            Map.of("system", Json.read("\"a secret plan\""), "effort", Json.read("\"high\"")));
    assertThat(key.partsJson()).contains("\"effort\":\"high\"").doesNotContain("secret");
  }

  @Test
  void aPlainKeyIsThatOfEarlierVersions() {
    assertThat(CallKey.of("p", null, "fake", "m", null, List.of(), null, null, null).hash())
        .isEqualTo("e6089441443234882750b956676dcd3fbbf2835cb8adf66d78416e268fed6409");
  }

  @Test
  void aFallbackIsShownAndLeadsToTheKeysOfShorterLists() {
    CallKey plain = key("p", "m", "{}");
    CallKey one = plain.withFallback(List.of("codex"));
    CallKey two = plain.withFallback(List.of("codex", "gemini/flash"));
    assertThat(two.partsJson()).contains("\"fallback\":\"codex, gemini/flash\"");
    assertThat(two.ofFewer()).isEqualTo(one);
    assertThat(one.ofFewer()).isEqualTo(plain);
    assertThat(two.inTree("t").ofFewer()).isEqualTo(one.inTree("t"));
    assertThat(two.continuing("c", "k").ofFewer()).isEqualTo(one.continuing("c", "k"));
  }

  @Test
  void aPromptWithALoneSurrogateHasAKeyOfItsOwn() {
    assertThat(key("\ud800", "m", "{}").hash()).isNotEqualTo(key("?", "m", "{}").hash());
    assertThat(key("\ud800", "m", "{}").hash()).isNotEqualTo(key("\ud801", "m", "{}").hash());
  }

  @Test
  void thePartsShowNamesAndHideTexts() {
    assertThat(key("a secret plan", "gpt-x", "{\"k\":\"v\"}").partsJson())
        .contains("\"model\":\"gpt-x\"", "\"provider\":\"fake\"")
        .doesNotContain("secret");
  }
}
