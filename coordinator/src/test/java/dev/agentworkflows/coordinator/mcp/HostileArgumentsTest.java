package dev.agentworkflows.coordinator.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.coordinator.testing.OpenHomes;
import dev.agentworkflows.store.Store;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of the MCP server send, and no client of good will would. */
class HostileArgumentsTest {

  private static final Map<String, Object> SCHEMA =
      Map.of(
          "type",
          "object",
          "properties",
          Map.of("limit", Map.of("type", "integer", "maximum", 200)));

  @ParameterizedTest
  @ValueSource(strings = {"1e999", "1e400", "-1e400", "1e-400", "1e30", "1e2147483647"})
  void anAbsurdNumberIsRefusedInWordsForPeople(String number) {
    ValidationResponse found =
        new ArgumentSchemas().validate(SCHEMA, Map.of("limit", new BigDecimal(number)));

    assertThat(found.valid()).isFalse();
    assertThat(found.errorMessage())
        .isEqualTo("/limit: is a number that is too large or too small to be taken");
  }

  @Test
  void otherArgumentsAreHeldAgainstTheSchema() {
    ArgumentSchemas schemas = new ArgumentSchemas();

    assertThat(schemas.validate(SCHEMA, Map.of("limit", 5)).valid()).isTrue();
    assertThat(schemas.validate(SCHEMA, Map.of("limit", 500)).valid()).isFalse();
  }

  @Test
  void theParsersWordsDoNotReachTheClient() {
    assertThatThrownBy(
            () -> ToolResults.converted(List.of(1), new TypeRef<Map<String, Object>>() {}))
        .hasMessage("the parameters are not of the shape that this method takes");
  }

  @Test
  void aScriptIsNotWrittenOutsideTheNamedRoot(@TempDir Path directory) {
    ScriptTools tools = tools(directory);
    Path root = directory.resolve("root");

    for (String path : List.of("../../evil.py", "/etc/evil.py")) {
      Arguments arguments = new Arguments(Map.of("workspace_root", root.toString(), "path", path));
      assertThatThrownBy(() -> tools.create(arguments))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("out of workspace_root");
    }
    assertThat(root).doesNotExist();
    tools.create(new Arguments(Map.of("workspace_root", root.toString(), "path", "a/b.py")));
    assertThat(root.resolve("a/b.py")).isRegularFile();
  }

  @Test
  void aPathThatIsNoneIsToldInWordsForPeople(@TempDir Path directory) {
    ScriptTools tools = tools(directory);
    Arguments arguments = new Arguments(Map.of("script", "a\0b.py"));

    assertThat(McpService.answered(tools::validate, arguments).content().toString())
        .contains("a path has a character that no file's name can have here")
        .doesNotContain("Exception");
  }

  @Test
  void aDatabaseThatCannotBeUsedIsToldInItsOwnWords(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("workflow.sqlite"), "notes ".repeat(2000));

    assertThat(
            McpService.answered(
                    arguments -> {
                      Store.open(file).close();
                      return ToolResults.document(Json.object());
                    },
                    new Arguments(Map.of()))
                .content()
                .toString())
        .contains(file.toString())
        .doesNotContain("Exception", "unexpected", "--home");
  }

  static List<RuntimeException> failuresOfDamagedRecords() {
    return List.of(
        new JsonTextException("unexpected end"),
        new DateTimeException("Instant exceeds minimum or maximum instant"),
        new ArithmeticException("long overflow"));
  }

  @ParameterizedTest
  @MethodSource("failuresOfDamagedRecords")
  void damagedRecordsAreToldInWordsForPeople(RuntimeException failure) {
    String told =
        McpService.answered(
                arguments -> {
                  throw failure;
                },
                new Arguments(Map.of()))
            .content()
            .toString();
    assertThat(told)
        .contains("the records of this home are damaged or were changed by another program: ")
        .doesNotContain("Exception", "Instant", "overflow", "unexpected: ");
  }

  /** Of a server that starts nothing. */
  private static ScriptTools tools(Path directory) {
    OpenHome home = OpenHomes.make(directory.resolve("home"), directory.resolve("user"));
    home.close();
    Environment environment = new Environment(Map.of(), new UserCache(directory), home.clock());
    ScriptRuntime runtime =
        new ScriptRuntime(
            environment,
            Providers.of(List.of(), Map.of()),
            null,
            () -> {
              throw new AssertionError("no script is started");
            });
    return new ScriptTools(home, runtime);
  }
}
