package dev.agentworkflows.coordinator.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Trees are read and written as Jackson's own mapper reads and writes them. */
class JsonTreesTest {

  private static final JsonMapper MAPPER =
      JsonMapper.builder(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "\"\"",
        "[]",
        "{}",
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1.00",
        "100e-2",
        "1E5",
        "1e400",
        "-1.5e-400",
        "0.1234567890123456789",
        "2147483647",
        "2147483648",
        "-9223372036854775808",
        "9223372036854775808",
        "123456789012345678901234567890",
        "[1, [2, {\"a\": [null, false]}], \"x\"]",
        "{\"b\": 1, \"a\": {\"d\": [], \"c\": {}}, \"b\": 2}",
        "\"\\u0000\\ud800 \\\\ \\/ \\\" é 😀 \\ud83d\\ude00\"",
        "  {\"\": \" \"}\n"
      })
  void aDocumentIsWhatTheMapperMakesOfIt(String json) {
    JsonNode expected = MAPPER.readTree(json);

    JsonNode read = Json.read(json);
    assertThat(read).isEqualTo(expected);
    assertThat(read.getClass()).isEqualTo(expected.getClass());
    assertThat(Json.write(read)).isEqualTo(MAPPER.writeValueAsString(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1,]",
        "{\"a\"}",
        "{\"a\":}",
        "{a: 1}",
        "[1 2]",
        "nul",
        "01",
        "+1",
        "1.",
        ".5",
        "NaN",
        "[",
        "{",
        "\"a",
        "{} 1",
        "[]]",
        "/* */ 1",
        "'a'",
        "\"\t\"",
        "]",
        ",",
        ":"
      })
  void whatTheMapperRefusesIsRefused(String json) {
    assertThatThrownBy(() -> MAPPER.readTree(json)).isNotNull();
    assertThatThrownBy(() -> Json.read(json))
        .isInstanceOf(JsonTextException.class)
        .message()
        .isNotBlank();
  }

  @Test
  void randomTreesAreWrittenAsTheMapperWritesThemAndReadBack() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      JsonNode tree = tree(random, 5);

      String written = Json.write(tree);
      assertThat(written).isEqualTo(MAPPER.writeValueAsString(tree));
      assertThat(Json.write(Json.read(written))).isEqualTo(written);
      assertThat(new String(Json.canonicalBytes(tree), java.nio.charset.StandardCharsets.US_ASCII))
          .isEqualTo(Json.write(Json.canonical(tree)));
    }
  }

  private static JsonNode tree(Random random, int depth) {
    ArrayNode one = Json.array();
    switch (random.nextInt(depth > 0 ? 10 : 8)) {
      case 0 -> one.addNull();
      case 1 -> one.add(random.nextBoolean());
      case 2 -> one.add(random.nextInt());
      case 3 -> one.add(random.nextLong());
      case 4 -> one.add(random.nextDouble());
      case 5 ->
          one.add(new java.math.BigDecimal(random.nextLong()).movePointLeft(random.nextInt(30)));
      case 6 -> one.add(new java.math.BigInteger(100, random));
      case 7 -> one.add(text(random));
      case 8 -> {
        ArrayNode array = Json.array();
        for (int i = random.nextInt(5); i > 0; i--) {
          array.add(tree(random, depth - 1));
        }
        return array;
      }
      default -> {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(5); i > 0; i--) {
          // A lone surrogate in a name is refused when it is read.
          String name = text(random).replaceAll("\\p{Cs}", "x");
          object.set(name, tree(random, depth - 1));
        }
        return object;
      }
    }
    return one.get(0);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append((char) (random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(0x10000)));
    }
    return text.toString();
  }
}
