package dev.agentworkflows.proto.v1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the Python shim's hand-driven codec honest: {@code python-shim/tests/wire_vectors.json}
 * holds what protobuf itself writes for every field of every message, and the shim's tests read it.
 *
 * <p>After a change of the .proto, write the file anew with {@code ./mvnw -pl proto test
 * -Dvectors.write=true}.
 */
class WireVectorsTest {

  private static final Path VECTORS = Path.of("..", "python-shim", "tests", "wire_vectors.json");

  private static final List<String> TEXTS =
      List.of("", "plain", "ä € 😀", "nul \0 and \"quotes\" \\ \n", "x".repeat(300));

  private static final List<ByteString> BYTES =
      List.of(
          ByteString.EMPTY,
          ByteString.copyFrom("ä € 😀 \0", UTF_8),
          // Lone surrogates, U+D800 and U+DFFF, as generalized UTF-8 has them.
          ByteString.fromHex("61eda08062edbfbf63"),
          ByteString.copyFrom("y".repeat(200), UTF_8));

  private static final List<Long> NUMBERS =
      List.of(0L, 1L, 127L, 128L, 16_383L, 16_384L, 4_294_967_295L, Long.MAX_VALUE, -1L);

  private static final List<Double> DOUBLES = List.of(0.0, -0.0, 1.0, 0.1, 600.5, 1e300, 5e-324);

  private record Vector(String name, Message message) {}

  @Test
  void theFileHoldsWhatProtobufWrites() throws IOException {
    String written = vectors().map(WireVectorsTest::line).collect(joining(",\n", "[\n", "\n]\n"));
    if (Boolean.getBoolean("vectors.write")) {
      Files.writeString(VECTORS, written);
    }
    assertThat(Files.readString(VECTORS))
        .as("the shim's vectors differ from the .proto; write them anew with -Dvectors.write=true")
        .isEqualTo(written);
  }

  @Test
  void everyFieldOfEveryMessageIsCovered() {
    Set<String> declared = new TreeSet<>();
    for (Descriptor type : messageTypes()) {
      declared.add(type.getName());
      type.getFields().forEach(field -> declared.add(field.getFullName()));
    }
    Set<String> covered = new TreeSet<>();
    vectors()
        .forEach(vector -> {
          covered.add(vector.message().getDescriptorForType().getName());
          vector.message().getAllFields().keySet().stream()
              .map(FieldDescriptor::getFullName)
              .forEach(covered::add);
        });
    assertThat(covered).isEqualTo(declared);
  }

  @Test
  void theGeneratedClassesReadAndWriteEveryVectorUnchanged() throws InvalidProtocolBufferException {
    Map<String, Message> generated =
        Stream.of(FromShim.getDefaultInstance(), ToShim.getDefaultInstance())
            .collect(
                Collectors.toMap(
                    message -> message.getDescriptorForType().getName(), message -> message));
    for (Vector vector : vectors().toList()) {
      Message prototype = generated.get(vector.message().getDescriptorForType().getName());
      if (prototype != null) {
        ByteString bytes = vector.message().toByteString();
        assertThat(prototype.getParserForType().parseFrom(bytes).toByteString()).isEqualTo(bytes);
      }
    }
  }

  private static List<Descriptor> messageTypes() {
    return FromShim.getDescriptor().getFile().getMessageTypes();
  }

  private static Stream<Vector> vectors() {
    return messageTypes().stream().flatMap(WireVectorsTest::vectorsOf);
  }

  private static Stream<Vector> vectorsOf(Descriptor type) {
    List<Vector> vectors = new ArrayList<>();
    vectors.add(new Vector("empty", DynamicMessage.getDefaultInstance(type)));
    for (FieldDescriptor field : type.getFields()) {
      List<?> values = samples(field);
      for (int i = 0; i < values.size(); i++) {
        Message.Builder builder = DynamicMessage.newBuilder(type);
        set(builder, field, values.get(i));
        vectors.add(new Vector(field.getName() + " " + i, builder.build()));
      }
      if (field.isRepeated()) {
        Message.Builder builder = DynamicMessage.newBuilder(type);
        values.forEach(value -> builder.addRepeatedField(field, value));
        vectors.add(new Vector(field.getName() + " all", builder.build()));
      }
    }
    vectors.add(new Vector("full", full(type)));
    return vectors.stream();
  }

  private static void set(Message.Builder builder, FieldDescriptor field, Object value) {
    if (field.isRepeated()) {
      builder.addRepeatedField(field, value);
    } else {
      builder.setField(field, value);
    }
  }

  /** A message whose every field is set to something; of a oneof, the last stays. */
  private static Message full(Descriptor type) {
    Message.Builder builder = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      List<?> values = samples(field);
      set(builder, field, values.get(values.size() / 2));
    }
    return builder.build();
  }

  private static List<?> samples(FieldDescriptor field) {
    return switch (field.getType()) {
      case STRING -> TEXTS;
      case BYTES -> BYTES;
      case BOOL -> List.of(false, true);
      case DOUBLE -> DOUBLES;
      case UINT64 -> NUMBERS;
      case UINT32 -> NUMBERS.stream().map(Long::intValue).distinct().toList();
      case ENUM -> field.getEnumType().getValues();
      case MESSAGE ->
          List.of(
              DynamicMessage.getDefaultInstance(field.getMessageType()),
              full(field.getMessageType()));
      default ->
          throw new AssertionError(
              field.getFullName() + ": the shim's codec has no type " + field.getType());
    };
  }

  private static String line(Vector vector) {
    Message message = vector.message();
    return "{\"message\": %s, \"case\": %s, \"hex\": \"%s\", \"fields\": %s}"
        .formatted(
            quoted(message.getDescriptorForType().getName()),
            quoted(vector.name()),
            HexFormat.of().formatHex(message.toByteArray()),
            json(message));
  }

  private static String json(Message message) {
    return message.getAllFields().entrySet().stream()
        .map(entry ->
            quoted(entry.getKey().getName()) + ": " + json(entry.getKey(), entry.getValue()))
        .collect(joining(", ", "{", "}"));
  }

  private static String json(FieldDescriptor field, Object value) {
    if (value instanceof List<?> items) {
      return items.stream().map(item -> jsonOfOne(field, item)).collect(joining(", ", "[", "]"));
    }
    return jsonOfOne(field, value);
  }

  private static String jsonOfOne(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case STRING -> quoted((String) value);
      // Not every such text is a JSON string, so all are told by their bytes.
      case BYTES -> quoted(HexFormat.of().formatHex(((ByteString) value).toByteArray()));
      case UINT64 -> Long.toUnsignedString((Long) value);
      case UINT32 -> Integer.toUnsignedString((Integer) value);
      case ENUM -> Integer.toString(((EnumValueDescriptor) value).getNumber());
      case MESSAGE -> json((Message) value);
      default -> value.toString();
    };
  }

  private static String quoted(String text) {
    return text.chars()
        .mapToObj(unit ->
            unit < ' ' || unit > '~' || unit == '"' || unit == '\\'
                ? "\\u%04x".formatted(unit)
                : Character.toString(unit))
        .collect(joining("", "\"", "\""));
  }
}
