package dev.agentworkflows.testkit;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A program's lines as a later version of it may print them: values of other types. */
final class OddValues {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final List<String> VALUES = List.of("null", "[]", "{}", "-1", "1e99999");

  private OddValues() {}

  /** The same lines again and again, each time with one value in another's place, or left out. */
  static List<String> variants(String lines) {
    List<String> variants = new ArrayList<>();
    List<String> all = lines.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      // What is no number to JSON stands in the place of one.
      JsonNode line = JSON.readTree(all.get(i).replace(":@id@", ":\"@id@\""));
      List<String> changed = new ArrayList<>();
      change(line, line, changed);
      for (String odd : changed) {
        List<String> variant = new ArrayList<>(all);
        variant.set(i, odd.replace("\"@id@\"", "@id@"));
        variants.add(String.join("\n", variant) + "\n");
      }
    }
    return variants;
  }

  private static void change(JsonNode root, JsonNode at, List<String> changed) {
    if (at instanceof ObjectNode object) {
      for (String name : List.copyOf(object.propertyNames())) {
        JsonNode value = object.get(name);
        change(root, value, changed);
        for (String odd : VALUES) {
          object.set(name, JSON.readTree(odd));
          changed.add(JSON.writeValueAsString(root));
        }
        object.remove(name);
        changed.add(JSON.writeValueAsString(root));
        object.set(name, value);
      }
    } else if (at instanceof ArrayNode array) {
      array.forEach(element -> change(root, element, changed));
    }
  }
}
