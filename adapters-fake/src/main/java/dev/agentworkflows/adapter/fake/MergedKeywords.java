package dev.agentworkflows.adapter.fake;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What several schemas say together about one place of an instance. They are plain here: what
 * {@code allOf}, {@code $ref} and chosen branches lead to is already among them.
 */
final class MergedKeywords {

  private static final List<String> TYPES =
      List.of("object", "array", "string", "integer", "number", "boolean", "null");

  /** For schemas without a type: which type their other keywords speak of. */
  private static final List<List<String>> SPEAKING =
      List.of(
          List.of(
              "object",
              "properties",
              "required",
              "additionalProperties",
              "patternProperties",
              "minProperties",
              "dependentRequired",
              "propertyNames"),
          List.of("array", "items", "prefixItems", "minItems", "contains", "uniqueItems"),
          List.of("string", "minLength", "maxLength", "pattern", "format"),
          List.of(
              "number",
              "minimum",
              "maximum",
              "exclusiveMinimum",
              "exclusiveMaximum",
              "multipleOf"));

  private final List<ObjectNode> schemas;

  MergedKeywords(List<ObjectNode> schemas) {
    this.schemas = schemas;
  }

  /** What the schemas say with this keyword, in order. */
  List<JsonNode> all(String keyword) {
    return schemas.stream().filter(s -> s.has(keyword)).map(s -> s.get(keyword)).toList();
  }

  boolean has(String keyword) {
    return schemas.stream().anyMatch(schema -> schema.has(keyword));
  }

  boolean hasTrue(String keyword) {
    return all(keyword).stream().anyMatch(value -> value.booleanValue(false));
  }

  /** The types that all schemas allow, in the order of the first that lists any. */
  List<String> types() {
    List<JsonNode> stated = all("type");
    if (stated.isEmpty()) {
      return List.of(
          SPEAKING.stream()
              .filter(words -> words.stream().skip(1).anyMatch(this::has))
              .map(words -> words.get(0))
              .findFirst()
              .orElse("null"));
    }
    Set<String> types = new LinkedHashSet<>(names(stated.get(0)));
    for (JsonNode other : stated) {
      List<String> allowed = names(other);
      if (types.remove("number")) {
        types.add(allowed.contains("number") ? "number" : "integer");
      }
      types.removeIf(type ->
          !allowed.contains(type) && !(type.equals("integer") && allowed.contains("number")));
    }
    return List.copyOf(types);
  }

  /** Whether a value is of a type that all schemas allow. */
  boolean allowsTypeOf(JsonNode value) {
    return !has("type") || TYPES.stream().filter(types()::contains).anyMatch(t -> is(value, t));
  }

  private static boolean is(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "integer" -> value.isNumber() && value.canConvertToExactIntegral();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      default -> value.isNull();
    };
  }

  private static List<String> names(JsonNode value) {
    return value.isArray()
        ? value.valueStream().map(JsonNode::stringValue).toList()
        : List.of(value.stringValue());
  }

  /** The strictest lower bound; null without one. */
  @Nullable BigDecimal largest(String keyword) {
    return numbers(keyword).max(BigDecimal::compareTo).orElse(null);
  }

  /** The strictest upper bound; null without one. */
  @Nullable BigDecimal smallest(String keyword) {
    return numbers(keyword).min(BigDecimal::compareTo).orElse(null);
  }

  /** A count, such as {@code minItems}; {@code absent} where nothing is said. */
  long count(String keyword, long absent) {
    BigDecimal count = largest(keyword);
    return count == null ? absent : count.min(BigDecimal.valueOf(Integer.MAX_VALUE)).longValue();
  }

  private Stream<BigDecimal> numbers(String keyword) {
    return all(keyword).stream().filter(JsonNode::isNumber).map(JsonNode::decimalValue);
  }

  Set<String> required() {
    Set<String> names = new LinkedHashSet<>();
    all("required").forEach(list -> names.addAll(names(list)));
    return names;
  }

  Set<String> declaredProperties() {
    Set<String> names = new LinkedHashSet<>();
    all("properties").forEach(properties -> names.addAll(properties.propertyNames()));
    return names;
  }

  /** Adds to the names those that must be there because another is. */
  void addDependents(Set<String> names) {
    List<JsonNode> rules = all("dependentRequired");
    int before;
    do {
      before = names.size();
      for (JsonNode rule : rules) {
        List.copyOf(names).stream()
            .filter(rule::has)
            .forEach(name -> names.addAll(names(rule.get(name))));
      }
    } while (names.size() > before);
  }

  /** What the schemas say about the property of this name. */
  List<JsonNode> property(String name) {
    List<JsonNode> about = new ArrayList<>();
    for (ObjectNode schema : schemas) {
      int before = about.size();
      addIfThere(about, schema.path("properties").get(name));
      for (var entry : schema.path("patternProperties").properties()) {
        if (matches(entry.getKey(), name)) {
          about.add(entry.getValue());
        }
      }
      if (about.size() == before) {
        addIfThere(about, schema.get("additionalProperties"));
      }
    }
    return about.isEmpty() ? all("unevaluatedProperties") : about;
  }

  private static boolean matches(String pattern, String name) {
    try {
      return Pattern.compile(pattern).matcher(name).find();
    } catch (PatternSyntaxException e) {
      // JavaScript's dialect has a few forms that Java's has not.
      return false;
    }
  }

  /** What the schemas say about the item at this index, from 0. */
  List<JsonNode> item(int index) {
    List<JsonNode> about = new ArrayList<>();
    for (ObjectNode schema : schemas) {
      JsonNode prefix = schema.path("prefixItems").get(index);
      addIfThere(about, prefix == null ? schema.get("items") : prefix);
    }
    return about.isEmpty() ? all("unevaluatedItems") : about;
  }

  private static void addIfThere(List<JsonNode> list, @Nullable JsonNode node) {
    if (node != null) {
      list.add(node);
    }
  }

  /** The values of {@code enum} and {@code const} that all of them and the types allow. */
  List<JsonNode> listedValues() {
    List<List<JsonNode>> lists = new ArrayList<>();
    all("const").forEach(value -> lists.add(List.of(value)));
    all("enum").forEach(values -> lists.add(values.valueStream().toList()));
    return lists.get(0).stream()
        .filter(this::allowsTypeOf)
        .filter(value -> lists.stream().allMatch(list -> list.contains(value)))
        .toList();
  }

  boolean listsValues() {
    return has("const") || has("enum");
  }
}
