package dev.agentworkflows.adapter.fake;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Where the references inside one schema lead: by JSON Pointer, by anchor, by {@code $id}. */
final class LocalReferences {

  private final JsonNode root;
  private final String rootId;
  private final Map<String, JsonNode> byName = new HashMap<>();

  LocalReferences(JsonNode root) {
    this.root = root;
    this.rootId = root.path("$id").stringValue("");
    index(root);
  }

  private void index(JsonNode node) {
    for (String keyword : new String[] {"$anchor", "$dynamicAnchor"}) {
      if (node.path(keyword).isString()) {
        byName.putIfAbsent("#" + node.path(keyword).stringValue(), node);
      }
    }
    if (node.path("$id").isString()) {
      byName.putIfAbsent(node.path("$id").stringValue(), node);
    }
    node.forEach(this::index);
  }

  /** The schema that is meant; null when it is not part of this one. */
  @Nullable JsonNode target(String reference) {
    String local =
        !rootId.isEmpty() && reference.startsWith(rootId)
            ? reference.substring(rootId.length())
            : reference;
    if (local.isEmpty() || local.equals("#")) {
      return root;
    }
    if (!local.startsWith("#/")) {
      return byName.get(local);
    }
    String pointer =
        URLDecoder.decode(local.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
    JsonNode node = root.at(JsonPointer.compile(pointer));
    return node.isMissingNode() ? null : node;
  }
}
