package dev.agentworkflows.coordinator.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.McpServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class OptionLoaderTest {

  private static final byte[] PNG =
      "\u0089PNG\r\n\u001a\nrest".getBytes(StandardCharsets.ISO_8859_1);

  @TempDir private static Path home;
  @TempDir private Path workspace;

  private final Redactor redactor = new Redactor(Map.of());
  private final OptionLoader local = loader(false);
  private final OptionLoader shared = loader(true);

  private OptionLoader loader(boolean confined) {
    Map<String, String> environment =
        Map.of(
            "GH_TOKEN",
            "ghp_0123456789",
            "HOME",
            "/home/alice",
            "VALUE",
            "a/+secret7",
            "MY_PAT",
            "b7secret",
            "OWF_MCP_TOKEN",
            "shared-0123456789");
    return new OptionLoader(
        new OptionLoader.Variables() {
          @Override
          public Optional<String> value(String name) {
            return Optional.ofNullable(environment.get(name));
          }

          @Override
          public boolean isKey(String name) {
            return name.endsWith("_API_KEY");
          }
        },
        redactor,
        home,
        confined);
  }

  private static RequestedOptions files(String... paths) {
    return new RequestedOptions(null, null, null, null, List.of(paths));
  }

  private static RequestedOptions servers(String json) {
    return new RequestedOptions(null, null, null, json.replace('\'', '"'), List.of());
  }

  private CheckedOptions check(RequestedOptions requested) throws OptionException {
    return local.check(requested, workspace, null);
  }

  private void assertRefused(OptionLoader loader, RequestedOptions requested, String... words) {
    assertThatThrownBy(() -> loader.check(requested, workspace, null))
        .isInstanceOf(OptionException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void whatIsEmptyAsksForNothing() throws Exception {
    assertThat(check(new RequestedOptions(" ", null, null, "{}", List.of())).areNone()).isTrue();
    assertThat(check(new RequestedOptions(null, null, List.of(), null, List.of())).areNone())
        .isFalse();
  }

  @Test
  void filesAreWhatTheirContentSays() throws Exception {
    Files.writeString(workspace.resolve("a.bin"), "plain words");
    Files.write(workspace.resolve("b.txt"), PNG);
    Files.writeString(workspace.resolve("c"), "%PDF-1.7 …");
    CheckedOptions options = check(files("a.bin", "b.txt", workspace.resolve("c").toString()));
    assertThat(options.files())
        .extracting(NamedFile::type)
        .containsExactly(null, AttachedFile.Type.PNG, AttachedFile.Type.PDF);
    OptionLoader.Loaded loaded = local.load(options, workspace);
    assertThat(loaded.texts()).isEqualTo("<file path=\"a.bin\">\nplain words\n</file>\n\n");
    assertThat(loaded.options().files())
        .extracting(AttachedFile::name)
        .containsExactly("b.txt", workspace.resolve("c").toString());
    assertThat(loaded.options().files().get(0).content()).isEqualTo(PNG);
  }

  @Test
  void aKeyHoldsTheHashesOfFilesAndNoOrderOfTools() throws Exception {
    Files.writeString(workspace.resolve("a"), "one");
    String before = check(files("a")).keyParts().toString();
    assertThat(check(files("a")).keyParts()).hasToString(before);
    Files.writeString(workspace.resolve("a"), "two");
    assertThat(check(files("a")).keyParts().toString()).isNotEqualTo(before);
    assertThat(new RequestedOptions(null, null, List.of("B", "A"), null, List.of()))
        .satisfies(
            tools -> assertThat(check(tools).keyParts().get("tools")).hasToString("[\"A\",\"B\"]"));
  }

  @Test
  void whatIsNoRegularFileIsRefusedWithoutOpeningIt() throws Exception {
    Files.createSymbolicLink(workspace.resolve("link"), Path.of("/etc/passwd"));
    Files.createDirectory(workspace.resolve("directory"));
    new ProcessBuilder("mkfifo", workspace.resolve("fifo").toString()).start().waitFor();
    assertRefused(local, files("link"), "'link' is a link");
    assertRefused(local, files("directory"), "'directory' is a directory");
    assertRefused(local, files("fifo"), "'fifo' is a pipe");
    assertRefused(local, files("/dev/zero"), "'/dev/zero' is a pipe, a socket or a device");
    assertRefused(local, files("missing"), "'missing' can't be read: no such file");
    assertRefused(local, files(""), "found an empty one");
  }

  @Test
  void filesAreBoundedInSizeNumberAndKind() throws Exception {
    Files.write(workspace.resolve("large"), new byte[(10 << 20) + 1]);
    Files.write(workspace.resolve("binary"), new byte[] {1, 0, 2});
    Files.writeString(workspace.resolve("text"), "x".repeat(3 << 20));
    assertRefused(local, files("large"), "'large' is larger than 10 MiB");
    assertRefused(local, files("binary"), "'binary' is neither a text");
    assertRefused(local, files("text", "text"), "texts of one call may have 4 MiB together");
    assertRefused(local, files("text ".repeat(51).split(" ")), "at most 50");
  }

  @Test
  void aFileThatChangedBeforeTheAskingIsRefused() throws Exception {
    Files.writeString(workspace.resolve("a"), "one");
    CheckedOptions options = check(files("a"));
    Files.writeString(workspace.resolve("a"), "two");
    assertThatThrownBy(() -> local.load(options, workspace))
        .hasMessageContaining("'a' has changed since the call was made");
  }

  @Test
  void aSharedCoordinatorReadsTheWorkspaceAlone(@TempDir Path outside) throws Exception {
    Files.writeString(outside.resolve("secret"), "s");
    Files.createSymbolicLink(workspace.resolve("way"), outside);
    Files.writeString(workspace.resolve("mine"), "m");
    assertThat(shared.check(files("mine"), workspace, null).files()).hasSize(1);
    assertRefused(shared, files("way/secret"), "outside of the run's workspace");
    assertRefused(shared, files(outside.resolve("secret").toString()), "outside of the run's");
    assertRefused(shared, files("../" + outside.getFileName() + "/secret"), "outside of");
    assertThatThrownBy(() -> shared.check(files("mine"), workspace, "no workspace is named"))
        .hasMessage("files: no workspace is named");
  }

  @Test
  void variablesAreLookedUpAtTheAskingAndTheirValuesKeptSecret() throws Exception {
    CheckedOptions options =
        check(
            servers(
                "{'gh': {'command': '${HOME}/bin/gh', 'args': ['serve'],"
                    + " 'env': {'TOKEN': 'x-${GH_TOKEN}', 'HOME': '${HOME}'}}}"));
    assertThat(options.keyParts().toString()).contains("${GH_TOKEN}").doesNotContain("ghp_");
    assertThat(redactor.redact("ghp_0123456789")).isEqualTo("ghp_0123456789");
    McpServer.Program program =
        (McpServer.Program) local.load(options, workspace).options().mcpServers().get(0);
    assertThat(program.command()).isEqualTo("/home/alice/bin/gh");
    assertThat(program.env()).containsEntry("TOKEN", "x-ghp_0123456789");
    assertThat(program).hasToString("Program[gh]");
    assertThat(redactor.redact("it is ghp_0123456789 in /home/alice"))
        .isEqualTo("it is [redacted:GH_TOKEN] in /home/alice");
  }

  @Test
  void aVariableThatIsNotSetIsNamed() throws Exception {
    CheckedOptions options = check(servers("{'gh': {'url': 'https://x/${NOT_SET}'}}"));
    assertThatThrownBy(() -> local.load(options, workspace))
        .hasMessage(
            "mcp_servers: 'gh' needs the variable NOT_SET, which is not set where the coordinator"
                + " runs");
  }

  @Test
  void noServerGetsAProvidersKey() {
    assertRefused(
        local,
        servers("{'x': {'url': 'https://h', 'headers': {'A': '${OPENAI_API_KEY}'}}}"),
        "names OPENAI_API_KEY",
        "no server gets it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'x': {'url': 'https://h', 'headers': {'Authorization': 'Bearer inline-123'}}} | inline-123",
        "{'x': {'url': 'https://h/?api_key=inline-123'}} | inline-123",
        "{'x': {'url': 'https://user:inline-123@h/'}} | inline-123",
        "{'x': {'command': 'c', 'env': {'MY_TOKEN': 'inline-123'}}} | inline-123",
        "{'x': {'command': 'c', 'args': ['--token', 'inline-123']}} | inline-123",
        "{'x': {'command': 'c', 'args': ['--token=inline-123']}} | inline-123",
        "{'x': {'command': 'c', 'args': ['-H', 'Authorization: Bearer inline-123']}} | inline-123",
        "{'x': {'command': 'c', 'args': ['-c', 'TOKEN=inline-123 serve']}} | inline-123",
        "{'x': {'command': 'c', 'args': ['postgresql://u:inline-123@h/db']}} | inline-123",
        "{'x': {'command': 'c', 'env': {'DATABASE': 'postgresql://u:inline-123@h/db'}}} | inline-123",
        "{'x': {'url': 'https://h/s/a1b2c3d4e5f6a7b8c9d0/mcp'}} | a1b2c3d4e5f6a7b8c9d0",
        "{'x': {'command': 'c', 'env': {'JIRA_PAT': 'inline-123'}}} | inline-123",
        "{'x': {'command': 'c', 'env': {'OTHER': 'a1b2c3d4e5f6a7b8c9d0'}}} | a1b2c3d4e5f6a7b8c9d0",
      })
  void aSecretInTheScriptIsRedactedLikeAKey(String json, String secret) throws Exception {
    check(servers(json));
    assertThat(redactor.redact("see " + secret + " here")).doesNotContain(secret);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'args': ['-H', 'Authorization: Bearer ${VALUE}'] | a/+secret7",
        "'env': {'JIRA_PAT': '${VALUE}'} | a/+secret7",
        "'env': {'X': '${MY_PAT}'} | b7secret",
        "'args': ['${MY_PAT}'] | b7secret",
      })
  void aVariableInASecretsPlaceIsKeptSecret(String place, String value) throws Exception {
    local.load(check(servers("{'x': {'command': 'c', " + place + "}}")), workspace);
    assertThat(redactor.redact("it is " + value)).doesNotContain(value);
  }

  @Test
  void secretsAreBoundedInNumber() throws Exception {
    for (int i = 0; i < 300; i++) {
      check(
          servers(
              "{'x': {'url': 'https://h', 'headers': {'Authorization': 'Bearer s-" + i + "'}}}"));
    }
    check(servers("{'x': {'url': 'https://h', 'headers': {'Authorization': 'Bearer s-7'}}}"));
    assertRefused(
        local,
        servers("{'x': {'url': 'https://h', 'headers': {'Authorization': 'Bearer s-300'}}}"),
        "one secret more than the 300");
  }

  @Test
  void aKeyInTheSystemTextIsTakenOut() throws Exception {
    redactor.learn("OPENAI_API_KEY", "sk-0123456789abcdef");
    CheckedOptions options =
        check(new RequestedOptions("use sk-0123456789abcdef", null, null, null, List.of()));
    assertThat(local.load(options, workspace).options().system())
        .isEqualTo("use [redacted:OPENAI_API_KEY]");
  }

  @Test
  void aSharedCoordinatorShowsNothingOfGitOrItsHome() throws Exception {
    Files.createDirectories(workspace.resolve("sub/.git"));
    Files.writeString(workspace.resolve("sub/.git/config"), "url = https://u:p@h");
    Files.writeString(home.resolve("home-id"), "id");
    OptionLoader around = loader(true);
    assertRefused(around, files("sub/.git/config"), "is of git");
    assertThatThrownBy(() ->
            around.check(files(home.getFileName() + "/home-id"), home.resolveSibling(""), null))
        .hasMessageContaining("this coordinator's home");
  }

  @Test
  void whatIsNoSecretStaysReadable() throws Exception {
    check(
        servers(
            "{'x': {'command': 'server-name', 'args': ['--verbose', 'production'],"
                + " 'env': {'LOG_LEVEL': 'debugging', 'AUTHOR': 'production'}}}"));
    String text = "server-name --verbose production debugging";
    assertThat(redactor.redact(text)).isEqualTo(text);
  }

  @Test
  void aSharedCoordinatorStartsNoProgramAndKnowsItsOwnVariables() throws Exception {
    assertRefused(shared, servers("{'x': {'command': 'sh'}}"), "'x' is a program");
    assertRefused(
        shared,
        servers("{'x': {'url': 'https://h', 'headers': {'A': '${GH_TOKEN}'}}}"),
        "names GH_TOKEN",
        "OWF_MCP_");
    assertRefused(
        shared,
        servers("{'x': {'url': 'https://h', 'headers': {'A': 'inline-123'}}}"),
        "has a secret in headers.A");
    CheckedOptions options =
        shared.check(
            servers("{'x': {'url': 'https://h', 'headers': {'A': '${OWF_MCP_TOKEN}'}}}"),
            workspace,
            null);
    McpServer.Remote remote =
        (McpServer.Remote) shared.load(options, workspace).options().mcpServers().get(0);
    assertThat(remote.headers()).containsEntry("A", "shared-0123456789");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | expected an object",
        "{'a b': {'command': 'c'}} | can't be a server's name",
        "{'a__b': {'command': 'c'}} | can't be a server's name",
        "{'x': 1} | must be an object",
        "{'x': {}} | either a 'command' or a 'url'",
        "{'x': {'command': 'c', 'url': 'http://h'}} | either a 'command' or a 'url'",
        "{'x': {'command': ' '}} | command is empty",
        "{'x': {'command': 'c', 'cwd': '/'}} | has 'cwd'",
        "{'x': {'command': 'c', 'args': 'a'}} | args must be a list of strings",
        "{'x': {'command': 'c', 'env': {'A': 1}}} | env.A must be a string",
        "{'x': {'command': 'c', 'env': {'A=B': 'c'}}} | env has 'A=B'",
        "{'x': {'url': 'ftp://h'}} | http:// or https://",
        "{'x': {'url': 'http://h', 'headers': {'A': 'b\\nc'}}} | must be one line",
        "{'x': {'command': '${A B}'}} | is no variable's name",
      })
  void aDeclarationThatMakesNoSenseIsRefused(String json, String words) {
    assertRefused(local, servers(json), "mcp_servers", words);
  }
}
