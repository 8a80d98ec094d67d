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

class LoginsTest {

  private static final String ADDRESS = "https://gate.example/v1";

  @TempDir private Path directory;

  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "ANTHROPIC_API_KEY", "sk-one",
              "OPENAI_API_KEY", "sk-two",
              "SAME_KEY", "sk-one",
              "OTHER_KEY", "sk-three"));

  private Providers providers(String entries) throws IOException {
    environment.put("HOME", directory.toString());
    Files.createDirectories(directory.resolve(".workflows"));
    Files.writeString(
        directory.resolve(".workflows/providers.json"),
        "{\"providers\": {" + entries.replace('\'', '"') + "}}");
    return Providers.of(Providers.builtIn(), environment);
  }

  private static String login(Providers providers, String name) {
    return providers.find(name).orElseThrow().login();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'kind':'claude' | claude",
        "'kind':'claude','concurrency':2,'default_model':'opus' | claude",
        "'kind':'claude','program':'/opt/claude' | x",
        "'kind':'codex' | codex",
        "'kind':'anthropic' | anthropic",
        "'kind':'anthropic','max_tokens':100,'fallback':['codex'] | anthropic",
        "'kind':'anthropic','api_key_env':'SAME_KEY' | anthropic",
        "'kind':'anthropic','api_key_env':'OTHER_KEY' | x",
        "'kind':'anthropic','api_key_env':'NOT_SET' | x",
        "'kind':'anthropic','api_key_env':'' | x",
        "'kind':'anthropic','base_url':'https://gate.example' | x",
        "'kind':'openai','api_key_env':'SAME_KEY' | x",
      })
  void anEntrySharesTheLoginOfItsKindWhereNothingTellsThemApart(String entry, String login)
      throws IOException {
    try (Providers providers = providers("'x': {" + entry + "}")) {
      assertThat(login(providers, "x")).isEqualTo(login);
      assertThat(login(providers, "claude")).isEqualTo("claude");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://gate.example/v1, SAME_KEY, a",
    "https://gate.example/v1/, ANTHROPIC_API_KEY, a",
    "HTTPS://GATE.example/v1, SAME_KEY, a",
    "https://gate.example/V1, SAME_KEY, b",
    "https://gate.example:8443/v1, SAME_KEY, b",
    "http://gate.example/v1, SAME_KEY, b",
    "https://gate.example/v1, OTHER_KEY, b",
    "https://gate.example/v1, '', b",
    "no address at all, SAME_KEY, b"
  })
  void twoEntriesShareALoginWithTheSameAddressAndKey(String url, String key, String login)
      throws IOException {
    String entry = "{'base_url':'%s','api_key_env':'%s','kind':'%s'}";
    try (Providers providers =
        providers(
            "'a': %s, 'b': %s"
                .formatted(
                    entry.formatted(ADDRESS, "SAME_KEY", "openai"),
                    entry.formatted(url, key, "anthropic")))) {
      assertThat(login(providers, "a")).isEqualTo("a");
      assertThat(login(providers, "b")).isEqualTo(login);
    }
  }

  @Test
  void agentsOverAcpShareALoginWithTheSameCommand() throws IOException {
    try (Providers providers =
        providers(
            "'a': {'kind':'acp','command':['kiro','acp']},"
                + "'b': {'kind':'acp','command':['kiro','acp'],'read_only_mode':'plan'},"
                + "'c': {'kind':'acp','command':['kiro','acp','--other']}")) {
      assertThat(login(providers, "b")).isEqualTo("a");
      assertThat(login(providers, "c")).isEqualTo("c");
    }
  }

  @Test
  void builtInProvidersHaveLoginsOfTheirOwn() throws IOException {
    try (Providers providers = providers("")) {
      assertThat(providers.all()).allMatch(one -> one.login().equals(one.name()));
    }
  }

  @Test
  void aBrokenEntryHasItsOwnName() throws IOException {
    try (Providers providers =
        providers("'a': {'kind':'nothing'}, 'b': {'kind':'claude','concurrency':'many'}")) {
      assertThat(login(providers, "a")).isEqualTo("a");
      assertThat(login(providers, "b")).isEqualTo("b");
    }
  }

  @Test
  void anAgentProgramOfYourOwnCanBeUsed() throws Exception {
    try (Providers providers = providers("'x': {'kind':'claude','program':'/opt/claude'}")) {
      assertThat(providers.find("x").orElseThrow().adapter()).isNotNull();
    }
  }
}
