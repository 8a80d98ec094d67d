package dev.agentworkflows.coordinator.limit;

import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is held, for a coordinator that is started later. Whatever is wrong with the file, calls go
 * out: then their provider refuses them again.
 */
final class HeldCallsFile {

  private static final int MAX_BYTES = 64 << 10;

  private final Path file;
  private boolean isThere;

  HeldCallsFile(Path file) {
    this.file = file;
  }

  Map<HeldCalls, Instant> read() {
    Map<HeldCalls, Instant> held = new TreeMap<>();
    try {
      JsonNode json = Json.read(PrivateFiles.read(file, MAX_BYTES));
      isThere = true;
      for (JsonNode one : json.path("held")) {
        JsonNode model = one.path("model");
        held.put(
            new HeldCalls(
                one.path("provider").asString(""), model.isString() ? model.asString() : null),
            Instant.parse(one.path("until").asString("")));
      }
    } catch (IOException | JsonTextException | DateTimeException e) {
      return held;
    }
    return held;
  }

  /**
   * @param own of whom this coordinator knows; what is said of others by another one stays
   */
  void write(Map<HeldCalls, Instant> held, Set<HeldCalls> own, Instant now) {
    Map<HeldCalls, Instant> all = read();
    all.entrySet().removeIf(one -> own.contains(one.getKey()) || !one.getValue().isAfter(now));
    all.putAll(held);
    if (all.isEmpty() && !isThere) {
      return;
    }
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("held");
    all.forEach((calls, until) -> {
      ObjectNode one = list.addObject();
      one.put("provider", calls.provider());
      one.put("model", calls.model());
      one.put("until", until.toString());
    });
    byte[] bytes = Json.write(json).getBytes(StandardCharsets.UTF_8);
    try {
      PrivateFiles.writeDurably(file, out -> out.write(bytes));
    } catch (IOException e) {
      // Calls are held all the same, as long as this coordinator lives.
    }
    isThere = true;
  }
}
