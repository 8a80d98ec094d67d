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

class ProvidersTest {

  @TempDir private Path directory;

  private final Llm llm = new Llm();

  /** An adapter's factory that keeps what it was given. */
  private static final class Llm implements AdapterFactory {
    private final Map<String, String> given = new HashMap<>();

    @Override
    public String name() {
      return "llm";
    }

    @Override
    public Set<String> aliases() {
      return Set.of("big-llm");
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
    return Providers.of(List.of(llm), environment);
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
            "{'providers': {'Groq': {'kind': 'big-llm', 'base_url': 'https://g', 'api_key_env': 'GROQ_KEY',"
                + " 'default_model': 'fast', 'concurrency': 3}}}");
    Provider provider = find(providers, "GROQ");
    provider.adapter();

    assertThat(provider.name()).isEqualTo("groq");
    assertThat(provider.kind()).isEqualTo("llm");
    assertThat(provider.defaultModel()).isEqualTo("fast");
    assertThat(provider.concurrency()).isEqualTo(3);
    assertThat(provider.keyVariables()).containsExactly("GROQ_KEY");
    assertThat(llm.given).isEqualTo(Map.of("base_url", "https://g", "api_key_env", "GROQ_KEY"));
    assertThat(providers.names()).containsExactly("groq", "llm");
  }

  @Test
  void theEnvironmentWinsOverTheFileAndSaysSo() throws Exception {
    Provider provider =
        find(
            providers(
                "{'providers': {'llm': {'default_model': 'a', 'concurrency': 2, 'base_url': 'https://f'}}}",
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
        "{'base_url': 'http://x'}            | it has no kind",
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
        .contains("lower-case letters");
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
}
