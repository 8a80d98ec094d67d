package dev.agentworkflows.coordinator.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {

  @TempDir private Path directory;

  private final Llm llm = new Llm("llm", Set.of("big-llm"));
  private final Llm openAi = new Llm("openai", Set.of());

  /** An adapter's factory that keeps what it was given. */
  private static final class Llm implements AdapterFactory {
    private final Map<String, String> given = new HashMap<>();
    private final String name;
    private final Set<String> aliases;

    Llm(String name, Set<String> aliases) {
      this.name = name;
      this.aliases = aliases;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Set<String> aliases() {
      return aliases;
    }

    @Override
    public Optional<String> defaultModel() {
      return Optional.of("llm-1");
    }

    @Override
    public Set<String> secrets() {
      return Set.of("LLM_API_KEY");
    }

    @Override
    public Adapter create(AdapterContext context) {
      given.putAll(context.settings());
      return (call, callContext) -> {
        throw new AssertionError("not asked here");
      };
    }
  }

  private Providers providers(String file, String... variables) throws IOException {
    Map<String, String> environment = new HashMap<>(Map.of("HOME", directory.toString()));
    for (String variable : variables) {
      int equals = variable.indexOf('=');
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    if (!file.isEmpty()) {
      Files.createDirectories(directory.resolve(".workflows"));
      Files.writeString(directory.resolve(".workflows/providers.json"), file.replace('\'', '"'));
    }
    return Providers.of(List.of(llm, openAi), environment);
  }

  private static Provider find(Providers providers, String name) {
    return providers.find(name).orElseThrow();
  }

  @Test
  void withoutConfigurationAProviderIsAsItsAdapterSays() throws Exception {
    Provider provider = find(providers(""), "Big-LLM");

    assertThat(provider.name()).isEqualTo("llm");
    assertThat(provider.defaultModel()).isEqualTo("llm-1");
    assertThat(provider.concurrency()).isEqualTo(8);
    assertThat(provider.keyVariables()).containsExactly("LLM_API_KEY");
    assertThat(provider.sources()).isEmpty();
  }

  @Test
  void theFileMakesAProviderOfAKnownKind() throws Exception {
    Providers providers =
        providers(
            "{'providers': {'Groq': {'kind': 'big-llm', 'base_url': 'https://g', 'api_key_env':"
                + " 'GROQ_KEY', 'default_model': 'fast', 'concurrency': 3}}}");
    Provider provider = find(providers, "GROQ");
    provider.adapter();

    assertThat(provider.name()).isEqualTo("groq");
    assertThat(provider.kind()).isEqualTo("llm");
    assertThat(provider.defaultModel()).isEqualTo("fast");
    assertThat(provider.concurrency()).isEqualTo(3);
    assertThat(provider.keyVariables()).containsExactly("GROQ_KEY");
    assertThat(llm.given).isEqualTo(Map.of("base_url", "https://g", "api_key_env", "GROQ_KEY"));
    assertThat(providers.names()).containsExactly("groq", "llm", "openai");
  }

  @Test
  void theEnvironmentWinsOverTheFileAndSaysSo() throws Exception {
    Provider provider =
        find(
            providers(
                "{'providers': {'llm': {'default_model': 'a', 'concurrency': 2, 'base_url':"
                    + " 'https://f'}}}",
                "OWF_PROVIDER_LLM_MODEL=b",
                "OWF_PROVIDER_LLM_CONCURRENCY=5"),
            "llm");

    assertThat(provider.defaultModel()).isEqualTo("b");
    assertThat(provider.concurrency()).isEqualTo(5);
    assertThat(provider.sources())
        .containsEntry("default_model", "OWF_PROVIDER_LLM_MODEL")
        .containsEntry("concurrency", "OWF_PROVIDER_LLM_CONCURRENCY")
        .containsEntry("base_url", directory.resolve(".workflows/providers.json").toString());
  }

  @Test
  void aCommandMayBeAListOfWords() throws Exception {
    find(
            providers("{'providers': {'mine': {'kind': 'llm', 'command': ['my agent', '--acp']}}}"),
            "mine")
        .adapter();

    assertThat(llm.given).containsEntry("command", "[\"my agent\",\"--acp\"]");
  }

  @Test
  void noOtherSettingMayBeAList() throws Exception {
    assertThat(
            find(providers("{'providers': {'mine': {'kind': 'llm', 'base_url': ['a']}}}"), "mine")
                .problem())
        .contains("'base_url'", "neither a text nor a number");
  }

  @Test
  void theEnvironmentAloneMakesOneToo() throws Exception {
    Provider provider =
        find(
            providers(
                "",
                "OWF_PROVIDER_MY_LLM_KIND=llm",
                "OWF_PROVIDER_MY_LLM_BASE_URL=http://127.0.0.1:1"),
            "my-llm");
    provider.adapter();

    assertThat(llm.given).containsEntry("base_url", "http://127.0.0.1:1");
  }

  @Test
  void anEntryWithAnAddressAndNoKindIsOfTheUsualKind() throws Exception {
    Provider provider =
        find(
            providers(
                "{'providers': {'groq': {'base_url': 'https://g/v1', 'api_key_env': 'GROQ_KEY',"
                    + " 'default_model': 'fast'}}}"),
            "groq");
    provider.adapter();

    assertThat(provider.kind()).isEqualTo("openai");
    assertThat(provider.defaultModel()).isEqualTo("fast");
    assertThat(provider.keyVariables()).containsExactly("GROQ_KEY");
    assertThat(openAi.given)
        .isEqualTo(Map.of("base_url", "https://g/v1", "api_key_env", "GROQ_KEY"));
  }

  @Test
  void aVariableWithAnAddressMakesAProviderOfTheUsualKind() throws Exception {
    Providers providers =
        providers(
            "",
            "OWF_PROVIDER_GROQ_BASE_URL=https://g/v1",
            "OWF_PROVIDER_GROQ_API_KEY_ENV=GROQ_KEY",
            "OWF_PROVIDER_GROQ_MODEL=fast",
            "OWF_PROVIDER_UNSET_BASE_URL=",
            "OWF_PROVIDER_LLM_BASE_URL=http://h",
            "OWF_PROVIDER_BIG_LLM_BASE_URL=http://i");
    Provider provider = find(providers, "groq");
    provider.adapter();

    assertThat(provider.kind()).isEqualTo("openai");
    assertThat(provider.defaultModel()).isEqualTo("fast");
    assertThat(openAi.given)
        .isEqualTo(Map.of("base_url", "https://g/v1", "api_key_env", "GROQ_KEY"));
    assertThat(providers.names()).containsExactly("groq", "llm", "openai");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "OpenAI", "openai-compatible"})
  void theUsualKindHasTwoNames(String kind) throws Exception {
    Providers providers =
        providers("{'providers': {'g': {'kind': '%s', 'base_url': 'http://h'}}}".formatted(kind));

    assertThat(find(providers, "g").kind()).isEqualTo("openai");
  }

  @Test
  void anEntryThatLeadsNowhereElseHasTheKeyAndTheModelOfItsKind() throws Exception {
    Provider provider =
        find(
            providers(
                "{'providers': {'mine': {'kind': 'llm', 'concurrency': 2, 'max_tokens': 9}}}",
                "OWF_PROVIDER_MINE_BASE_URL="),
            "mine");
    provider.adapter();

    assertThat(provider.keyVariables()).containsExactly("LLM_API_KEY");
    assertThat(provider.defaultModel()).isEqualTo("llm-1");
    assertThat(llm.given).doesNotContainKey("api_key_env");
  }

  @ParameterizedTest
  @ValueSource(strings = {"my_llm", "my-llm", "MY_LLM", "My-LLM"})
  void dashesAndUnderscoresInANameAreTheSame(String name) throws Exception {
    Providers providers =
        providers(
            "{'providers': {'%s': {'kind': 'llm', 'default_model': 'a'}}}".formatted(name),
            "OWF_PROVIDER_MY_LLM_CONCURRENCY=3");

    for (String asked : List.of("my_llm", "my-llm", "MY_LLM")) {
      assertThat(find(providers, asked).problem()).isNull();
      assertThat(find(providers, asked).concurrency()).isEqualTo(3);
    }
    assertThat(providers.names()).containsExactly("llm", "my-llm", "openai");
  }

  @Test
  void twoEntriesOfOneNameAreNone() throws Exception {
    Providers providers =
        providers("{'providers': {'my_llm': {'kind': 'llm'}, 'My-llm': {'kind': 'llm'}}}");

    assertThat(find(providers, "my-llm").problem()).contains("two entries", "providers.json");
  }

  @Test
  void aNamedFileMayBeginWithTheUsersHome() throws Exception {
    Providers providers =
        providers(
            "{'providers': {'g': {'base_url': 'http://h'}}}",
            "OWF_PROVIDERS_FILE=~/.workflows/providers.json");

    assertThat(providers.find("g")).isPresent();
  }

  @Test
  void anotherEndpointGetsNoKeyAndNoModelThatNobodyNamed() throws Exception {
    Provider provider =
        find(providers("{'providers': {'mine': {'kind': 'llm', 'base_url': 'http://h'}}}"), "mine");
    provider.adapter();

    assertThat(provider.keyVariables()).isEmpty();
    assertThat(llm.given).containsEntry("api_key_env", "");
    assertThat(provider.defaultModel()).isNull();
    assertThat(provider.needsModel()).isTrue();
    assertThat(find(providers(""), "llm").needsModel()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'kind': 'none'}                    | there is no adapter for its kind 'none'",
        "{'api_key_env': 'X_KEY'}            | it has neither a kind nor a base_url",
        "5                                   | is not an object",
        "{'kind': 'llm', 'base_url': ['x']}  | 'base_url' of its entry",
        "{'kind': 'llm', 'concurrency': 0}   | concurrency in",
        "{'kind': 'llm', 'concurrency': 'x'} | concurrency in"
      })
  void aBadEntryBreaksOnlyItself(String entry, String problem) throws Exception {
    Providers providers =
        providers("{'providers': {'bad': %s, 'good': {'kind': 'llm'}}}".formatted(entry));

    assertThat(find(providers, "bad").problem()).contains(problem);
    assertThatThrownBy(() -> find(providers, "bad").adapter())
        .isInstanceOf(AdapterException.class)
        .hasMessageContaining(problem);
    assertThat(find(providers, "good").problem()).isNull();
    assertThat(find(providers, "llm").problem()).isNull();
  }

  @Test
  void aNameThatScriptsCouldNotWriteIsABadEntry() throws Exception {
    assertThat(find(providers("{'providers': {'a b': {'kind': 'llm'}}}"), "a b").problem())
        .contains("its name may have letters");
  }

  @Test
  void aFileThatCannotBeReadIsRefusedAsAWhole() {
    assertThatThrownBy(() -> providers("{"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("providers.json is not JSON");
    assertThatThrownBy(() -> providers("{'groq': {}}"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no object \"providers\"");
    assertThatThrownBy(() -> providers("", "OWF_PROVIDERS_FILE=/nowhere/p.json"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("/nowhere/p.json");
  }

  @Test
  void aFallbackIsAListOrAVariableWithCommas() throws Exception {
    String file =
        "{'providers': {'llm': {'fallback': ['openai', 'Mine']}, 'mine': {'kind': 'llm'}}}";
    assertThat(find(providers(file), "llm").fallback()).containsExactly("openai", "mine");
    Providers two = providers(file, "OWF_PROVIDER_LLM_FALLBACK=mine, openai");
    assertThat(find(two, "llm").fallback()).containsExactly("mine", "openai");
    assertThat(find(two, "llm").sources()).containsEntry("fallback", "OWF_PROVIDER_LLM_FALLBACK");
    assertThat(find(providers(file, "OWF_PROVIDER_LLM_FALLBACK="), "llm").fallback()).isEmpty();
    find(two, "llm").adapter();
    assertThat(llm.given).as("not the adapter's matter").doesNotContainKey("fallback");
  }

  @Test
  void twoProvidersMayStandInForEachOther() throws Exception {
    Providers providers =
        providers("{'providers': {'llm': {'fallback': 'openai'}, 'openai': {'fallback': 'llm'}}}");
    assertThat(find(providers, "llm").fallback()).containsExactly("openai");
    assertThat(find(providers, "openai").fallback()).containsExactly("llm");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "['opanai']         | its fallback names the unknown provider 'opanai' (did you mean openai?)",
        "['openai', 'OPENAI'] | its fallback names 'openai' twice",
        "['big-llm']        | its fallback names 'big-llm', which is the provider that it stands in",
        "['openai', '']     | its fallback has an empty name",
        "[5]                | has a fallback that is no list of names",
        "{}                 | has a fallback that is no list of names"
      })
  void aFallbackThatMakesNoSenseBreaksItsProvider(String fallback, String problem)
      throws Exception {
    Providers providers = providers("{'providers': {'llm': {'fallback': %s}}}".formatted(fallback));
    assertThat(find(providers, "llm").problem()).contains(problem);
    assertThat(find(providers, "openai").problem()).isNull();
  }

  @Test
  void theFirstRouteThatHoldsDecides() throws Exception {
    Providers providers =
        providers(
            "{'routes': [{'label': 'a*', 'phase': 'p?', 'provider': 'big_llm'},"
                + " {'label': '*', 'model': 'm', 'fallback': 'openai'}]}");
    assertThat(providers.route("ab", "p1").orElseThrow().provider()).isEqualTo("llm");
    assertThat(providers.route("ab", "p12").orElseThrow().fallback()).containsExactly("openai");
    assertThat(providers.route("ab", null).orElseThrow().model()).isEqualTo("m");
    assertThat(providers.route(null, "p1")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                        | \"routes\" is no list",
        "[5]                                       | routes[0] is no object",
        "[{'provider': 'llm'}]                     | routes[0] has neither a label nor a phase",
        "[{'label': 'a'}]                          | routes[0] chooses neither a provider",
        "[{'labl': 'a'}]                           | unknown key 'labl' (did you mean label?)",
        "[{'label': 5, 'provider': 'llm'}]         | 'label' that is no text",
        "[{'label': 'a', 'provider': 'lm'}]        | unknown provider 'lm' (did you mean llm?)",
        "[{'label': 'a', 'provider': 'llm', 'fallback': ['big-llm']}] | which is the provider that",
        "[{'label': 'a', 'fallback': ['llm', 'llm']}] | has a fallback that names 'llm' twice"
      })
  void aRouteThatMakesNoSenseIsRefusedAtTheStart(String routes, String problem) {
    assertThatThrownBy(() -> providers("{'routes': %s}".formatted(routes)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("providers.json")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "*, '', true", "a*, abc, true", "a*c, abc, true", "a*c, abd, false", "?, '', false",
    "??, ab, true", "*b*b, abab, true", "*a*b, aab, true", "a, A, false", "a.c, abc, false"
  })
  void aPatternKnowsStarsAndQuestionMarks(String pattern, String text, boolean matches) {
    assertThat(new Glob(pattern).matches(text)).isEqualTo(matches);
  }
}
