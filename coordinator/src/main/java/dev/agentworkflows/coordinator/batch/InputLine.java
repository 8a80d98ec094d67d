package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.BatchItem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a line of a batch's input may be: a prompt as a JSON string, or an object.
 *
 * @param defaultModel of a line that names none; null for the provider's own choice
 * @param needsModel whether that choice is none
 * @param redactor knows the keys
 */
public record InputLine(@Nullable String defaultModel, boolean needsModel, Redactor redactor) {

  private static final Set<String> KEYS =
      new TreeSet<>(Set.of("prompt", "custom_id", "model", "system", "max_tokens"));

  /** A line that makes no sense. The message does not name the line. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /**
   * @param number from 1; stands for the id of a line that has none
   * @return null for an empty line
   */
  @Nullable BatchItem item(byte[] bytes, int number) throws MalformedException {
    String text = decoded(bytes).strip();
    if (text.isEmpty()) {
      return null;
    }
    JsonNode line = parsed(text);
    BatchItem item =
        line.isString()
            ? new BatchItem("line-" + number, line.stringValue(), defaultModel, null, null)
            : object(line, number);
    check(item);
    return item;
  }

  private static String decoded(byte[] bytes) throws MalformedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("it is not UTF-8");
    }
  }

  private JsonNode parsed(String text) throws MalformedException {
    try {
      return Json.readStrict(text);
    } catch (JsonTextException e) {
      // The parser counts lines too, and knows of one alone.
      String problem = redactor.redact(e.getMessage()).replace("(line 1, column", "(column");
      throw new MalformedException("it is not JSON: " + problem);
    }
  }

  private BatchItem object(JsonNode line, int number) throws MalformedException {
    if (!line.isObject()) {
      throw new MalformedException("it is neither a JSON string nor an object");
    }
    for (Map.Entry<String, JsonNode> field : line.properties()) {
      if (!KEYS.contains(field.getKey())) {
        throw new MalformedException(
            "unknown key '%s'; known are: %s"
                .formatted(redactor.redact(field.getKey()), String.join(", ", KEYS)));
      }
    }
    String prompt = text(line, "prompt");
    if (prompt == null) {
      throw new MalformedException("it has no prompt");
    }
    String id = text(line, "custom_id");
    String model = text(line, "model");
    return new BatchItem(
        id == null ? "line-" + number : id,
        prompt,
        model == null ? defaultModel : model,
        text(line, "system"),
        maxTokens(line.path("max_tokens")));
  }

  private static @Nullable String text(JsonNode line, String name) throws MalformedException {
    JsonNode value = line.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw new MalformedException("its " + name + " is not a string");
    }
    if (value.stringValue().isBlank()) {
      throw new MalformedException("its " + name + " is empty");
    }
    return value.stringValue();
  }

  private static @Nullable Integer maxTokens(JsonNode value) throws MalformedException {
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw new MalformedException("its max_tokens is not a whole number above 0");
    }
    return value.intValue();
  }

  private void check(BatchItem item) throws MalformedException {
    if (item.prompt().isBlank()) {
      throw new MalformedException("its prompt is empty");
    }
    if (item.model() == null && needsModel) {
      throw new MalformedException(
          "it names no model, and the provider has no default. Add one, or name one for all lines");
    }
    // They are how results are told apart, so they can't be blotted out where they are written.
    if (!redactor.redact(item.customId()).equals(item.customId())) {
      throw new MalformedException("its custom_id holds a provider's key");
    }
    if (item.model() != null && !redactor.redact(item.model()).equals(item.model())) {
      throw new MalformedException("its model holds a provider's key");
    }
  }
}
