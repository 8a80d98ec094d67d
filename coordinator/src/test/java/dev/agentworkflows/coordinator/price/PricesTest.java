package dev.agentworkflows.coordinator.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.AdapterJars;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.AdaptersDirectory;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PricesTest {

  @TempDir private Path home;

  private Path own;
  private Path refreshed;

  @BeforeEach
  void places() throws IOException {
    own = home.resolve(".workflows/prices.json");
    refreshed = home.resolve(".workflows/prices-refreshed.json");
    Files.createDirectories(own.getParent());
  }

  private Map<String, String> environment() {
    return Map.of("HOME", home.toString());
  }

  private static void entries(Path file, String... entries) throws IOException {
    Files.writeString(file, "{\"prices\": [" + String.join(",", entries) + "]}");
  }

  private static String entry(String model, int input) {
    return "{\"model\": \"%s\", \"input\": %d, \"output\": 1}".formatted(model, input);
  }

  private static String entry(String provider, String model, int input) {
    return "{\"provider\": \"%s\", \"model\": \"%s\", \"input\": %d, \"output\": 1}"
        .formatted(provider, model, input);
  }

  /** The input price that is found, as the simplest to tell prices apart by. */
  private @Nullable Integer input(String provider, String model) {
    return Prices.of(environment())
        .find(Set.of(provider), model)
        .map(price -> price.input().intValueExact())
        .orElse(null);
  }

  @Test
  void theLongestPrefixWins() throws IOException {
    entries(own, entry("llama", 1), entry("llama-4-maverick", 3), entry("llama-4", 2));

    assertThat(input("p", "llama-3")).isEqualTo(1);
    assertThat(input("p", "llama-4-scout")).isEqualTo(2);
    assertThat(input("p", "llama-4-maverick-17b")).isEqualTo(3);
    assertThat(input("p", "a-llama")).isNull();
  }

  @Test
  void aLongerPrefixWinsWhosesoeverItIs() throws IOException {
    entries(own, entry("gpt-", 77));

    assertThat(input("openai", "gpt-6-sol")).isEqualTo(2);
    assertThat(input("openai", "gpt-7")).isEqualTo(77);
  }

  @Test
  void ofEqualPrefixesTheUsersWinsThenTheDownloaded() throws IOException {
    assertThat(input("openai", "gpt-6-sol")).isEqualTo(2);
    entries(refreshed, entry("gpt-6-sol", 50));
    assertThat(input("openai", "gpt-6-sol")).isEqualTo(50);
    entries(own, entry("gpt-6-sol", 60));
    assertThat(input("openai", "gpt-6-sol")).isEqualTo(60);
  }

  @Test
  void ofTwoEntriesOfOneFileTheOneForTheProviderWins() throws IOException {
    entries(own, entry("llama", 5), entry("local", "llama", 0));
    assertThat(input("local", "llama3")).isZero();
    entries(own, entry("local", "qwen", 0), entry("qwen", 5));

    assertThat(input("local", "qwen3")).isZero();
    assertThat(input("elsewhere", "qwen3")).isEqualTo(5);
  }

  @Test
  void anEntryForAProviderIsForNoOtherOne() throws IOException {
    entries(own, entry("local", "", 9));

    assertThat(input("local", "anything")).isEqualTo(9);
    assertThat(input("local", "")).isEqualTo(9);
    assertThat(input("elsewhere", "anything")).isNull();
  }

  @Test
  void namesAreComparedWithoutRegardToCaseAndAliasesCount() throws IOException {
    entries(own, entry("Google", "Gemini-X", 4));

    assertThat(Prices.of(environment()).find(Set.of("gemini", "GOOGLE"), "gemini-x-pro"))
        .isPresent();
  }

  @Test
  void builtInPricesAreForTheirOwnProvidersAlone() {
    assertThat(input("openai", "gpt-6-sol")).isEqualTo(2);
    assertThat(input("my-gateway", "gpt-6-sol")).isNull();
    assertThat(
            Prices.of(environment()).tables().get(0).entries().stream()
                .map(PriceEntry::provider)
                .collect(Collectors.toSet()))
        .isEqualTo(Prices.BUILT_IN_PROVIDERS);
  }

  @Test
  void theBuiltInTableSaysWhenAndWhereItsPricesWereFound() {
    PriceTable builtIn = Prices.of(environment()).tables().get(0);

    assertThat(builtIn.origin()).isEqualTo("built in");
    assertThat(builtIn.date()).matches("20\\d\\d-\\d\\d-\\d\\d");
    assertThat(builtIn.source()).contains("openai.com", "claude.com", "google.dev", "deepseek.com");
  }

  @Test
  void theDefaultModelsOfTheBuiltInProvidersHavePrices() {
    Prices prices = Prices.of(environment());
    try (Providers providers =
        Providers.load(
            environment(), AdapterJars.in(AdaptersDirectory.of(null, environment()).toRead()))) {
      for (String name : Prices.BUILT_IN_PROVIDERS) {
        String model = providers.find(name).orElseThrow().defaultModel();
        assertThat(prices.find(Set.of(name), String.valueOf(model))).as(name).isPresent();
      }
    }
  }

  @Test
  void missingCachePricesAreThoseOfTheInput() throws IOException {
    entries(own, entry("m", 3));

    Price price = Prices.of(environment()).find(Set.of("p"), "m").orElseThrow();
    assertThat(price.cachedInput()).isEqualByComparingTo("3");
    assertThat(price.cacheWrite()).isEqualByComparingTo("3");
    entries(own, "{\"model\": \"m\", \"input\": 3, \"output\": 1, \"cached_input\": 2}");
    Price cheaper = Prices.of(environment()).find(Set.of("p"), "m").orElseThrow();
    assertThat(cheaper.cachedInput()).isEqualByComparingTo("2");
    assertThat(cheaper.cacheWrite()).isEqualByComparingTo("3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prices\": {\"GPT-5\": [1.25, 10], \"gpt-5-mini\": [0.25, 2.0]}}",
        "{\"gpt-5\": [1.25, 10], \"gpt-5-mini\": [0.25, 2]}"
      })
  void pricesMayStandInPairsByTheirModels(String file) throws IOException {
    Files.writeString(own, file);
    Prices prices = Prices.of(environment());

    Price large = prices.find(Set.of("p"), "gpt-5-2026").orElseThrow();
    assertThat(large.input()).isEqualByComparingTo("1.25");
    assertThat(large.output()).isEqualByComparingTo("10");
    assertThat(large.cachedInput()).isEqualByComparingTo("1.25");
    assertThat(large.cacheWrite()).isEqualByComparingTo("1.25");
    assertThat(prices.find(Set.of("p"), "gpt-5-mini-2026").orElseThrow().input())
        .isEqualByComparingTo("0.25");
    assertThat(prices.find(Set.of("p"), "gpt-4")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"prices\": {}}", "{\"prices\": []}"})
  void anEmptyTableSetsNoPrices(String file) throws IOException {
    Files.writeString(own, file);

    assertThat(input("p", "gpt-5")).isNull();
  }

  @Test
  void aNamedFileMayBeginWithTheUsersHome() throws IOException {
    entries(own, entry("m", 7));
    Map<String, String> environment =
        Map.of("HOME", home.toString(), "OWF_PRICES_FILE", "~/.workflows/prices.json");

    assertThat(Prices.of(environment).find(Set.of("p"), "m")).isPresent();
  }

  @Test
  void pricesAreExactAsTheyAreWritten() throws IOException {
    entries(own, "{\"model\": \"m\", \"input\": 0.1, \"output\": 1e-3, \"cached_input\": 0.0}");

    Price price = Prices.of(environment()).find(Set.of("p"), "m").orElseThrow();
    assertThat(price.input()).isEqualTo(new BigDecimal("0.1"));
    assertThat(price.output()).isEqualTo(new BigDecimal("0.001"));
    assertThat(price.cachedInput().signum()).isZero();
  }

  @Test
  void aNamedFileMustBeThere() {
    Path nowhere = home.resolve("nowhere.json");

    assertThatThrownBy(() -> Prices.of(Map.of("OWF_PRICES_FILE", nowhere.toString())))
        .isInstanceOf(RefusedException.class)
        .hasMessage("OWF_PRICES_FILE names " + nowhere + ", and there is no such file.");
  }

  @Test
  void aFileThatIsNoTextIsRefusedByName() throws IOException {
    Files.write(own, new byte[] {'{', (byte) 0xff, '}'});

    assertRefused(own + " is not JSON: it is no text in UTF-8.");
  }

  @Test
  void aDirectoryInItsPlaceIsRefusedByName() throws IOException {
    Files.createDirectories(own);

    assertRefused("cannot read " + own + ": ");
  }

  @Test
  void aBrokenDownloadedFileIsNamedAsWell() throws IOException {
    Files.writeString(refreshed, "{}");

    assertRefused(refreshed + " has no list \"prices\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"prices\": [                                 | is not JSON: ",
        "{\"prices\": [{\"model\": \"m\", \"input\": NaN, \"output\": 1}]} | is not JSON: ",
        "[]                                             | has no list \"prices\", as in"
            + " {\"prices\": [",
        "{}                                             | has no list \"prices\", as in"
            + " {\"prices\": [",
        "{\"prices\": 3}                                | has no list \"prices\", as in"
            + " {\"prices\": [",
        "{\"m\": [1, 2], \"n\": 3}                       | has no list \"prices\", as in"
            + " {\"prices\": [",
        "{\"prices\": {\"m\": 3}}                        | : prices[\"m\"] is 3, where [INPUT,"
            + " OUTPUT] was expected",
        "{\"prices\": {\"m\": [3]}}                      | : prices[\"m\"] is [3], where [INPUT,"
            + " OUTPUT] was expected",
        "{\"prices\": {\"m\": [1, 2, 3]}}                | : prices[\"m\"] is [1,2,3], where"
            + " [INPUT, OUTPUT] was expected",
        "{\"prices\": {\"m\": [\"1\", 2]}}               | : prices[\"m\"] the first is \"1\","
            + " where US dollars",
        "{\"prices\": {\"m\": [1, null]}}                | : prices[\"m\"] the second is null,"
            + " where US dollars",
        "{\"prices\": {\"m\": [1, -2]}}                  | : prices[\"m\"] the second is -2, where"
            + " US dollars",
        "{\"prices\": {\"\": [1, 2]}}                    | : prices[\"\"] is for every model",
        "{\"prices\": {\"m\": [1, 2], \"M\": [1, 2]}}    | : prices[\"M\"] is a second entry for"
            + " the same model",
        "{\"prices\": [3]}                              | : prices[0] is 3, where an object was"
            + " expected.",
        "{\"prices\": [{\"input\": 1, \"output\": 1}]}  | : prices[0] has no model: ",
        "{\"prices\": [{\"model\": 4}]}                 | : prices[0] model is 4, where a text was"
            + " expected.",
        "{\"prices\": [{\"model\": \"\", \"input\": 1, \"output\": 1}]} | : prices[0] (\"\") is for"
            + " every model, so a provider was expected.",
        "{\"prices\": [{\"model\": \"m\", \"output\": 1}]} | : prices[0] (\"m\") has no input: ",
        "{\"prices\": [{\"model\": \"m\", \"input\": 1}]}  | : prices[0] (\"m\") has no output: ",
        "{\"prices\": [{\"model\": \"m\", \"input\": -1, \"output\": 1}]} | : prices[0] (\"m\")"
            + " input is -1, where US dollars per million tokens were expected: ",
        "{\"prices\": [{\"model\": \"m\", \"input\": \"1\", \"output\": 1}]} | : prices[0] (\"m\")"
            + " input is \"1\", where US dollars",
        "{\"prices\": [{\"model\": \"m\", \"input\": 1e999999999, \"output\": 1}]} | is not JSON: a"
            + " number has an exponent beyond ",
        "{\"prices\": [{\"model\": \"m\", \"input\": 1e-999999999, \"output\": 1}]} | is not JSON:"
            + " a number has an exponent beyond ",
        "{\"prices\": [{\"model\": \"m\", \"input\": 1, \"output\": 1, \"cached\": 1}]} | :"
            + " prices[0] (\"m\") has an unknown key \"cached\"; known are [cache_write,"
            + " cached_input, ",
        "{\"prices\": [{\"model\": \"m\", \"input\": 1, \"output\": 1}, {\"model\": \"M\","
            + " \"input\": 2, \"output\": 1}]} | : prices[1] is a second entry for the same model"
            + " and provider",
        "{\"prices\": [{\"model\": \"m\", \"input\": 1, \"input\": 2, \"output\": 1}]} | is not"
            + " JSON: ",
      })
  void whatMakesNoSenseIsRefusedWithItsPlace(String text, String message) throws IOException {
    Files.writeString(own, text);

    assertRefused(own + (message.startsWith(":") ? "" : " ") + message);
  }

  private void assertRefused(String messageStart) {
    assertThatThrownBy(() -> Prices.of(environment()))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith(messageStart);
  }

  @Test
  void nothingIsReadWhereThereAreNoFiles() {
    assertThat(Prices.of(environment()).find(List.of("fake", "fixture"), "fake")).isEmpty();
  }
}
