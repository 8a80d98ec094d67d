package dev.agentworkflows.coordinator.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.spi.BatchItem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchInputTest {

  @TempDir private Path directory;
  private BatchDesk desk;

  @BeforeEach
  void makeDesk() {
    desk = new BatchDesk(directory);
  }

  @Test
  void aLineIsAStringOrAnObject() throws IOException {
    assertThat(
            desk.input(
                    "\"plain\"",
                    "",
                    "{\"prompt\": \"whole\", \"custom_id\": \"a\", \"model\": \"m-2\", \"system\": \"s\","
                        + " \"max_tokens\": 9}",
                    "{\"prompt\": \"bare\", \"model\": null}")
                .items())
        .containsExactly(
            new BatchItem("line-1", "plain", "m-1", null, null),
            new BatchItem("a", "whole", "m-2", "s", 9),
            new BatchItem("line-4", "bare", "m-1", null, null));
  }

  @Test
  void aFileFromWindowsIsRead() throws IOException {
    assertThat(desk.input("\uFEFF\"one\"\r", "\"two\"\r").items())
        .extracting(BatchItem::prompt)
        .containsExactly("one", "two");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "half a line {|it is not JSON",
        "{\"prompt\": \"x\"|it is not JSON",
        "{\"prompt\": \"x\"} 1|it is not JSON",
        "{\"prompt\": \"x\", \"prompt\": \"y\"}|it is not JSON",
        "[\"x\"]|it is neither a JSON string nor an object",
        "null|it is neither a JSON string nor an object",
        "{}|it has no prompt",
        "{\"prompt\": null}|it has no prompt",
        "{\"prompt\": 1}|its prompt is not a string",
        "{\"prompt\": \" \"}|its prompt is empty",
        "\"  \"|its prompt is empty",
        "{\"prompt\": \"x\", \"custom_id\": \"\"}|its custom_id is empty",
        "{\"prompt\": \"x\", \"custom_id\": 7}|its custom_id is not a string",
        "{\"prompt\": \"x\", \"max_tokens\": 0}|its max_tokens is not a whole number above 0",
        "{\"prompt\": \"x\", \"max_tokens\": 1.5}|its max_tokens is not a whole number above 0",
        "{\"prompt\": \"x\", \"max_tokens\": \"9\"}|its max_tokens is not a whole number above 0",
        "{\"prompt\": \"x\", \"temperature\": 1}|unknown key 'temperature'; known are: custom_id,",
      })
  void aLineThatMakesNoSenseIsNamedByItsNumber(String line, String problem) {
    assertThatThrownBy(() -> desk.input("\"fine\"", "", line, "\"fine\""))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("prompts.jsonl, line 3: " + problem)
        .hasMessageContaining("Nothing was sent")
        .hasMessageNotContaining("line 4");
  }

  @Test
  void allLinesAreToldAtOnceUpToSome() {
    assertThatThrownBy(() -> desk.input("1", "2", "3", "\"fine\"", "5", "6", "7", "8"))
        .hasMessageContaining("line 1:")
        .hasMessageContaining("line 6:")
        .hasMessageContaining("and 2 more")
        .hasMessageNotContaining("line 7");
  }

  @Test
  void anIdThatIsThereTwiceIsToldWithBothLines() {
    assertThatThrownBy(() ->
            desk.input(
                "{\"prompt\": \"x\", \"custom_id\": \"a\"}",
                "\"y\"",
                "{\"prompt\": \"z\", \"custom_id\": \"a\"}"))
        .hasMessageContaining("line 3: the custom_id 'a' is that of line 1 already");
    assertThatThrownBy(() -> desk.input("{\"prompt\": \"x\", \"custom_id\": \"line-2\"}", "\"y\""))
        .hasMessageContaining("line 2: the custom_id 'line-2' is that of line 1 already");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "  \r\n"})
  void aFileWithoutPromptsIsRefused(String text) {
    assertThatThrownBy(() -> desk.input(text))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no line with a prompt");
  }

  @Test
  void aFileThatIsNoneIsRefused() {
    assertThatThrownBy(() -> BatchInput.read(directory.resolve("missing"), desk.rules("m")))
        .hasMessageContaining("missing: no such file");
    assertThatThrownBy(() -> BatchInput.read(directory, desk.rules("m")))
        .hasMessageContaining("is a directory");
  }

  @Test
  void aDeviceWithoutEndIsRefused() {
    assertThatThrownBy(() -> BatchInput.read(Path.of("/dev/zero"), desk.rules("m")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is no regular file and has more than 32 MiB");
  }

  @Test
  void aLineThatIsNotUtf8IsNamed() throws IOException {
    Path file = directory.resolve("latin.jsonl");
    Files.write(file, "\"fine\"\n\"caf\u00e9\"\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> BatchInput.read(file, desk.rules("m")))
        .hasMessageContaining("line 2: it is not UTF-8");
  }

  @Test
  void aLineWithoutAModelIsNamedWhereTheProviderHasNone() throws IOException {
    Path file = desk.file("{\"prompt\": \"x\", \"model\": \"m\"}", "\"y\"");
    assertThatThrownBy(() -> BatchInput.read(file, new InputLine(null, true, desk.redactor)))
        .hasMessageContaining("line 2: it names no model")
        .hasMessageContaining("name one for all lines");
  }

  @Test
  void aKeyIsNeitherAnIdNorAModelNorRepeated() {
    assertThatThrownBy(() ->
            desk.input(
                "{\"prompt\": \"x\", \"custom_id\": \"" + BatchDesk.KEY + "\"}",
                "{\"prompt\": \"x\", \"model\": \"" + BatchDesk.KEY + "\"}",
                "{\"prompt\": \"x\", \"" + BatchDesk.KEY + "\": 1}",
                BatchDesk.KEY))
        .hasMessageContaining("line 1: its custom_id holds a provider's key")
        .hasMessageContaining("line 2: its model holds a provider's key")
        .hasMessageContaining("line 3: unknown key '[redacted:SOME_API_KEY]'")
        .hasMessageContaining("line 4:")
        .hasMessageNotContaining(BatchDesk.KEY);
  }

  @Test
  void theSameQuestionsHaveTheSameHashHoweverTheyAreWritten() throws IOException {
    String one = desk.input("\"x\"", "{\"prompt\": \"y\", \"max_tokens\": 5}").sha256("acme");
    assertThat(desk.input("\"\\u0078\"", " {\"max_tokens\":5,\"prompt\":\"y\"} ").sha256("acme"))
        .isEqualTo(one);
    assertThat(desk.input("\"x\"", "{\"prompt\": \"y\", \"max_tokens\": 6}").sha256("acme"))
        .isNotEqualTo(one);
    assertThat(desk.input("\"x\"", "{\"prompt\": \"y\", \"max_tokens\": 5}").sha256("other"))
        .isNotEqualTo(one);
    assertThat(
            BatchInput.read(
                    desk.file("\"x\"", "{\"prompt\": \"y\", \"max_tokens\": 5}"), desk.rules("m-2"))
                .sha256("acme"))
        .isNotEqualTo(one);
  }
}
