package dev.agentworkflows.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The corpus of providers' answers that comes with the test kit, and directories like it. */
public final class AnswerCorpus {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private AnswerCorpus() {}

  /** The test kit's own entries for a provider, in the order of their names. */
  public static List<CorpusEntry> of(String provider) throws IOException {
    return all().stream().filter(entry -> entry.provider().equals(provider)).toList();
  }

  /** All of the test kit's own entries. */
  public static List<CorpusEntry> all() throws IOException {
    URL corpus = AnswerCorpus.class.getResource("corpus");
    if (corpus == null) {
      throw new IOException("the test kit has no corpus");
    }
    try {
      URI uri = corpus.toURI();
      if (!uri.getScheme().equals("jar")) {
        return in(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return in(jar.getPath("/dev/agentworkflows/testkit/corpus"));
      }
    } catch (URISyntaxException e) {
      throw new IOException("the test kit's corpus has no address: " + corpus, e);
    }
  }

  /** The entries of a directory, and of those in it: files that end in {@code .json}. */
  public static List<CorpusEntry> in(Path directory) throws IOException {
    List<CorpusEntry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .forEach(file -> {
            try {
              entries.add(read(file));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return entries;
  }

  private static CorpusEntry read(Path file) throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readString(file));
    } catch (JacksonException e) {
      throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    String name = file.getFileName().toString().replace(".json", "");
    JsonNode request = json.path("request");
    return new CorpusEntry(
        name,
        required(json, "provider", file),
        required(json, "source", file),
        request.path("prompt").asString("Say something."),
        request.has("schema") ? JSON.writeValueAsString(request.path("schema")) : null,
        request.path("mutating").asBoolean(false),
        json.path("status").asInt(200),
        texts(json.path("headers")),
        body(json, file),
        json.path("stderr").asString(""),
        expected(json.path("expected"), file));
  }

  private static String required(JsonNode json, String field, Path file) throws IOException {
    if (!json.path(field).isString()) {
      throw new IOException(file + ": '" + field + "' is missing; a text was expected");
    }
    return json.path(field).stringValue();
  }

  /** JSON, a text, base64, or the lines of a program's output, each JSON or a text. */
  private static byte[] body(JsonNode json, Path file) throws IOException {
    if (json.has("body")) {
      return JSON.writeValueAsBytes(json.path("body"));
    }
    if (json.has("text")) {
      return json.path("text").asString("").getBytes(StandardCharsets.UTF_8);
    }
    if (json.has("base64")) {
      return Base64.getDecoder().decode(json.path("base64").asString(""));
    }
    if (json.has("lines")) {
      StringBuilder lines = new StringBuilder();
      for (JsonNode line : json.path("lines")) {
        lines.append(line.isString() ? line.stringValue() : JSON.writeValueAsString(line));
        lines.append('\n');
      }
      return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
    throw new IOException(file + ": one of body, text, base64, lines was expected");
  }

  private static CorpusEntry.Expected expected(JsonNode json, Path file) throws IOException {
    String text = json.path("text").isString() ? json.path("text").stringValue() : null;
    String kind = json.path("kind").isString() ? json.path("kind").stringValue() : null;
    if ((text == null) == (kind == null)) {
      throw new IOException(file + ": either text or kind was expected in 'expected'");
    }
    List<String> message = new ArrayList<>();
    for (JsonNode part : json.path("message")) {
      message.add(part.asString(""));
    }
    return new CorpusEntry.Expected(
        text,
        json.has("value") ? json.path("value") : null,
        kind,
        List.copyOf(message),
        number(json.path("retry_after_seconds")),
        numbers(json.path("usage")),
        json.path("cost").isNumber() ? json.path("cost").decimalValue() : null);
  }

  private static @Nullable Long number(JsonNode json) {
    return json.isIntegralNumber() ? Long.valueOf(json.longValue()) : null;
  }

  /** Null where a figure must be absent. */
  private static Map<String, @Nullable Long> numbers(JsonNode json) {
    Map<String, @Nullable Long> numbers = new HashMap<>();
    json.properties().forEach(entry -> numbers.put(entry.getKey(), number(entry.getValue())));
    return Collections.unmodifiableMap(numbers);
  }

  private static Map<String, String> texts(JsonNode json) {
    Map<String, String> texts = new HashMap<>();
    json.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString("")));
    return Map.copyOf(texts);
  }
}
