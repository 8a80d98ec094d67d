package dev.agentworkflows.coordinator.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerSchemaTest {

  private static final String PERSON =
      """
      {"type": "object",
       "properties": {"name": {"type": "string"}, "age/y": {"type": "integer", "minimum": 0}},
       "required": ["name"], "additionalProperties": false}
      """;

  @Test
  void anAnswerThatFitsIsGivenAsJsonOnOneLine() throws Exception {
    assertThat(AnswerSchema.parse(PERSON).check("Sure:\n```json\n{\"name\":\n \"Zoë\"}\n```"))
        .isEqualTo(new StructuredAnswer.Valid("{\"name\":\"Zo\\u00EB\"}"));
  }

  @Test
  void violationsSayWhereAndWhat() throws Exception {
    assertThat(violations(PERSON, "{\"age/y\": -1, \"x\": true}"))
        .containsExactlyInAnyOrder(
            new Violation("/age~1y", "must have a minimum value of 0"),
            new Violation("", "required property 'name' not found"),
            new Violation(
                "",
                "property 'x' is not defined in the schema and the schema does not allow additional"
                    + " properties"));
  }

  @Test
  void violationsAreWrittenAsUsersReadThem() {
    assertThat(new StructuredAnswer.Invalid(List.of(new Violation("/a", "no"))).violationsJson())
        .isEqualTo("[{\"path\":\"/a\",\"message\":\"no\"}]");
  }

  @Test
  void anAnswerWithoutJsonIsOneViolationOfTheWhole() throws Exception {
    assertThat(violations(PERSON, "I'd rather not."))
        .containsExactly(new Violation("", "no JSON was found in the answer"));
  }

  @Test
  void ofAMillionViolationsTheFirstTwentyAreTold() throws Exception {
    String answer = "[" + "\"x\",".repeat(1_000_000) + "1]";

    List<Violation> violations = violations("{\"items\": {\"type\": \"integer\"}}", answer);

    assertThat(violations).hasSize(20);
    assertThat(violations.get(0)).isEqualTo(new Violation("/0", "string found, integer expected"));
  }

  @Test
  void anAnswersOwnTextIsNotQuotedAtLength() throws Exception {
    String key = "k".repeat(10_000);

    List<Violation> violations =
        violations(
            "{\"additionalProperties\": {\"type\": \"null\"}, \"maxProperties\": 1,"
                + " \"propertyNames\": {\"maxLength\": 3}}",
            "{\"" + key + "\": 1, \"b\": null}");

    assertThat(violations).hasSizeGreaterThanOrEqualTo(3);
    assertThat(violations)
        .allSatisfy(violation -> {
          assertThat(violation.path()).hasSizeLessThan(350);
          assertThat(violation.message()).hasSizeLessThan(350);
        });
  }

  @Test
  void formatDescribesAndDoesNotDecide() throws Exception {
    assertThat(violations("{\"type\": \"string\", \"format\": \"email\"}", "\"nobody\"")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"type\": \"integer\"} | 1.0",
        "{\"const\": 1} | 1.0",
        "{\"multipleOf\": 0.1} | 0.3",
        "{\"type\": \"integer\"} | 123456789012345678901234567890",
        "true | {\"any\": \"thing\"}",
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"type\": \"null\"}}} | null",
        "{\"$ref\": \"#x\", \"$defs\": {\"a\": {\"$anchor\": \"x\"}}} | null",
        "{\"$id\": \"https://e.org/s\", \"$ref\": \"t\", \"$defs\": {\"a\": {\"$id\": \"t\"}}} | 1",
        "{\"properties\": {\"next\": {\"$ref\": \"#\"}}} | {\"next\": {\"next\": {}}}",
        "{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"} | {\"type\": \"null\"}",
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"null\"} | null",
        "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"} | null",
        "{\"unknown-keyword\": 1} | 1",
      })
  void aSchemaOfThisKindAcceptsThisAnswer(String schema, String answer) throws Exception {
    assertThat(violations(schema, answer)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"type\": \"integer\"} | 1.5",
        "{\"type\": \"string\"} | 1",
        "false | 1",
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"type\": \"null\"}}} | 1",
        "{\"properties\": {\"next\": {\"$ref\": \"#\"}}, \"maxProperties\": 1}"
            + " | {\"next\": {\"a\": 1, \"b\": 2}}",
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"null\"} | 1",
        "{\"type\": \"integer\", \"multipleOf\": 7} | 1e999999999",
      })
  void aSchemaOfThisKindRefusesThisAnswer(String schema, String answer) throws Exception {
    assertThat(violations(schema, answer)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{type: 1} | the schema is not JSON:",
        "{\"type\":\"null\",\"type\":\"string\"} | the schema is not JSON:",
        "[] | the schema is array; expected a JSON object or a boolean",
        "\"string\" | the schema is string; expected",
        "{\"type\": \"strin\"} | the schema is not valid JSON Schema 2020-12, at /type:",
        "{\"minLength\": -1} | at /minLength:",
        "{\"properties\": {\"a\": 3}} | at /properties/a: integer found",
        "{\"items\": [{}]} | at /items: array found",
        "{\"pattern\": \"(\"} | Unclosed group",
        "{\"$ref\": \"#/$defs/nope\"} | $ref to nowhere: Reference /$defs/nope",
        "{\"properties\": {\"a\": {\"$ref\": \"#/nope\"}}} | $ref to nowhere",
        "{\"$ref\": \"#nope\"} | $ref to nowhere",
        "{\"$ref\": \"https://example.com/x.json\"} | https://example.com/x.json",
        "{\"$ref\": \"other.json\"} | none is ever fetched",
        "{\"$ref\": \"file:///etc/passwd\"} | none is ever fetched",
        "{\"$ref\": \"classpath:draft/2020-12/schema\"} | none is ever fetched",
        "{\"$schema\": \"https://example.com/mine\"} | the schema's $schema is",
        "{\"$ref\": \"#\"} | refers to itself without end",
        "{\"allOf\": [{\"$ref\": \"#/$defs/a\"}], \"$defs\": {\"a\": {\"$ref\": \"#\"}}}"
            + " | refers to itself without end",
      })
  void aSchemaThatNoAnswerCanBeHeldAgainstIsRefused(String schema, String message) {
    assertThatThrownBy(() -> AnswerSchema.parse(schema))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anAnswerThatASchemaChasesForEverIsRefusedAndNothingBreaks() throws Exception {
    String schema =
        """
        {"properties": {"a": {"$ref": "#/$defs/loop"}}, "$defs": {"loop": {"$ref": "#/$defs/loop"}}}
        """;

    assertThat(violations(schema, "{\"a\": 1}"))
        .containsExactly(new Violation("", "the answer is too deep for this schema to be checked"));
    assertThat(violations(schema, "{}")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"allOf", "anyOf", "oneOf"})
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aSchemaWhoseReferencesMultiplyIsRefusedInTime(String keyword) {
    StringBuilder schema = new StringBuilder("{\"$ref\": \"#/$defs/d60\", \"$defs\": {");
    for (int i = 60; i > 0; i--) {
      schema.append(
          "\"d%d\": {\"%s\": [{\"$ref\": \"#/$defs/d%d\"}, {\"$ref\": \"#/$defs/d%d\"}]},"
              .formatted(i, keyword, i - 1, i - 1));
    }
    schema.append("\"d0\": {\"type\": \"object\"}}}");

    assertThatThrownBy(() -> AnswerSchema.parse(schema.toString()))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageContaining("takes too long");
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anAnswerThatAPatternReadsForEverIsRefusedInTime() throws Exception {
    String schema = "{\"items\": {\"pattern\": \"^(.*a){20}b\"}}";

    assertThat(violations(schema, "[\"%s\"]".formatted("a".repeat(60))))
        .containsExactly(
            new Violation("", "the answer takes too long to be checked against this schema"));
    assertThat(violations(schema, "[\"%s\"]".formatted("a".repeat(20) + "b"))).isEmpty();
  }

  @Test
  void aPatternIsReadAsTheLibraryReadsIt() throws Exception {
    String schema = "{\"pattern\": \"^\\\\p{Letter}+$\"}";

    assertThat(violations(schema, "\"Zoë\"")).isEmpty();
    assertThat(violations(schema, "\"Zoë\\n\"")).hasSize(1);
    assertThat(violations("{\"pattern\": \"b\"}", "\"abc\"")).isEmpty();
  }

  @Test
  void theValidatorWritesNothingToThePeoplesTerminal() {
    PrintStream terminal = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    ConsoleHandler console = new ConsoleHandler();
    Logger.getLogger("").addHandler(console);
    try {
      assertThatThrownBy(() -> AnswerSchema.parse("{\"pattern\": \"((\", \"odd\": 1}"))
          .isInstanceOf(InvalidSchemaException.class);
    } finally {
      Logger.getLogger("").removeHandler(console);
      System.setErr(terminal);
    }
    assertThat(written.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void twoSchemasMayHaveOneId() throws Exception {
    String strings = "{\"$id\": \"https://example.com/s\", \"type\": \"string\"}";
    String integers = "{\"$id\": \"https://example.com/s\", \"type\": \"integer\"}";

    assertThat(violations(strings, "\"a\"")).isEmpty();
    assertThat(violations(integers, "1")).isEmpty();
    assertThat(violations(strings, "1")).isNotEmpty();
  }

  @Test
  void oneScriptsSchemaIsOutOfAnothersReach() throws Exception {
    AnswerSchema.parse("{\"$id\": \"https://example.com/theirs\", \"type\": \"string\"}");

    assertThatThrownBy(() -> AnswerSchema.parse("{\"$ref\": \"https://example.com/theirs\"}"))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageContaining("https://example.com/theirs");
  }

  @Test
  void equalSchemasAreEqualInTheKeyHoweverTheyAreWritten() throws Exception {
    AnswerSchema one = AnswerSchema.parse("{\"type\": \"string\", \"minLength\": 2}");
    AnswerSchema other = AnswerSchema.parse("{\"minLength\":2,\n\"type\":\"string\"}");

    assertThat(one.canonicalJson()).isEqualTo("{\"minLength\":2,\"type\":\"string\"}");
    assertThat(one.canonicalJson()).isEqualTo(other.canonicalJson());
    assertThat(one.hash()).isEqualTo(other.hash()).matches("[0-9a-f]{64}");
    assertThat(AnswerSchema.parse("true").hash()).isNotEqualTo(one.hash());
  }

  @Test
  void theSameTextIsReadOnce() throws Exception {
    assertThat(AnswerSchema.parse(PERSON)).isSameAs(AnswerSchema.parse(PERSON));
  }

  @Test
  void manySchemasDoNotFillTheMemory() throws Exception {
    AnswerSchema first = AnswerSchema.parse("{\"title\": \"first\"}");
    for (int i : IntStream.range(0, 300).toArray()) {
      AnswerSchema.parse("{\"title\": \"" + i + "\"}");
    }

    assertThat(AnswerSchema.parse("{\"title\": \"first\"}")).isNotSameAs(first);
  }

  @Test
  void theCorrectionPromptRepeatsTheRequestAndSaysWhatWasWrong() {
    assertThat(
            CorrectionPrompt.of(
                "Name a person.",
                List.of(new Violation("", "no JSON"), new Violation("/a", "too small"))))
        .startsWith("Name a person.\n")
        .contains("- in the whole answer: no JSON\n- at /a: too small\n");
  }

  private static List<Violation> violations(String schema, String answer) throws Exception {
    StructuredAnswer checked = AnswerSchema.parse(schema).check(answer);
    return checked instanceof StructuredAnswer.Invalid invalid ? invalid.violations() : List.of();
  }
}
