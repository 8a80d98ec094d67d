package dev.agentworkflows.adapter.fake;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The smallest value that satisfies a schema: {@code ""}, {@code 0}, {@code []}, {@code false}, the
 * first of an {@code enum}, an object with all its properties, {@code null} where anything will do.
 *
 * <p>The same schema always gives the same value. {@code pattern}, {@code not} and {@code
 * propertyNames} are not looked at; where a schema needs them, or has no small instance, the value
 * is the best that was found and may break the schema.
 */
final class SmallestInstance {

  private static final int MAX_PLACES = 10_000;
  private static final int MAX_ITEMS = 1_000;
  private static final int MAX_STRING_LENGTH = 1_000_000;
  private static final int MAX_FIRST_BRANCHES = 4;

  private final LocalReferences references;
  private final boolean onlyRequired;
  private final int firstBranch;
  private int places;

  private SmallestInstance(LocalReferences references, boolean onlyRequired, int firstBranch) {
    this.references = references;
    this.onlyRequired = onlyRequired;
    this.firstBranch = firstBranch;
  }

  /** Finds the value; in bounded time, whatever the schema is. */
  static JsonNode of(CompiledSchema schema) {
    LocalReferences references = new LocalReferences(schema.node());
    JsonNode best = null;
    for (int branch = 0; branch < MAX_FIRST_BRANCHES; branch++) {
      for (boolean onlyRequired : new boolean[] {false, true}) {
        JsonNode value =
            new SmallestInstance(references, onlyRequired, branch)
                .instance(List.of(schema.node()), Place.ROOT, 0);
        if (value != null && schema.allows(value)) {
          return value;
        }
        best = best == null ? value : best;
      }
    }
    return best == null ? NullNode.getInstance() : best;
  }

  /**
   * Where in the search we are.
   *
   * @param above the schemas that the enclosing places are made of: one of them again would never
   *     end
   * @param chosen for each {@code anyOf}, {@code oneOf} or {@code if} met at this place: the branch
   *     that is being tried
   */
  private record Place(Set<JsonNode> above, Map<JsonNode, List<JsonNode>> chosen) {

    static final Place ROOT = new Place(Set.of(), Map.of());

    Place choosing(JsonNode group, List<JsonNode> branch) {
      Map<JsonNode, List<JsonNode>> more = new IdentityHashMap<>(chosen);
      more.put(group, branch);
      return new Place(above, more);
    }

    Place inside(Set<JsonNode> here) {
      Set<JsonNode> more = Collections.newSetFromMap(new IdentityHashMap<>());
      more.addAll(above);
      more.addAll(here);
      return new Place(more, Map.of());
    }
  }

  /** What the schemas of one place come to, with the branches that are chosen so far. */
  private final class Gathering {

    private final Place place;
    private final Set<JsonNode> here = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<ObjectNode> plain = new ArrayList<>();
    private boolean impossible;
    private @Nullable JsonNode openGroup;
    private List<List<JsonNode>> openBranches = List.of();

    Gathering(Place place) {
      this.place = place;
    }

    void add(JsonNode schema) {
      if (!(schema instanceof ObjectNode object)) {
        impossible |= !schema.booleanValue(true);
        return;
      }
      if (place.above().contains(object)) {
        impossible = true;
        return;
      }
      if (!here.add(object)) {
        return;
      }
      plain.add(object);
      addReferred(object.get("$ref"));
      addReferred(object.get("$dynamicRef"));
      object.path("allOf").forEach(this::add);
      choose(object.get("anyOf"));
      choose(object.get("oneOf"));
      JsonNode condition = object.get("if");
      if (condition != null) {
        choose(
            condition, List.of(branch(condition, object.get("then")), branch(object.get("else"))));
      }
    }

    private void addReferred(@Nullable JsonNode reference) {
      JsonNode target = reference == null ? null : references.target(reference.stringValue());
      if (target != null) {
        add(target);
      }
    }

    private void choose(@Nullable JsonNode alternatives) {
      if (alternatives != null) {
        choose(alternatives, alternatives.valueStream().map(List::of).toList());
      }
    }

    private void choose(JsonNode group, List<List<JsonNode>> branches) {
      List<JsonNode> branch = place.chosen().get(group);
      if (branch != null) {
        branch.forEach(this::add);
      } else if (openGroup == null) {
        openGroup = group;
        openBranches = branches;
      }
    }
  }

  private static List<JsonNode> branch(@Nullable JsonNode... schemas) {
    List<JsonNode> branch = new ArrayList<>();
    for (JsonNode schema : schemas) {
      if (schema != null) {
        branch.add(schema);
      }
    }
    return branch;
  }

  /**
   * A value for one place.
   *
   * @param n 0 for the smallest, else one that differs from those with other numbers
   * @return null when there is none
   */
  private @Nullable JsonNode instance(List<JsonNode> schemas, Place place, int n) {
    if (++places > MAX_PLACES) {
      return null;
    }
    Gathering gathering = new Gathering(place);
    schemas.forEach(gathering::add);
    if (gathering.impossible) {
      return null;
    }
    JsonNode group = gathering.openGroup;
    if (group != null) {
      List<List<JsonNode>> branches = gathering.openBranches;
      for (int i = 0; i < branches.size(); i++) {
        List<JsonNode> branch = branches.get((i + firstBranch) % branches.size());
        JsonNode value = instance(schemas, place.choosing(group, branch), n);
        if (value != null) {
          return value;
        }
      }
      return null;
    }
    return value(new MergedKeywords(gathering.plain), place.inside(gathering.here), n);
  }

  private @Nullable JsonNode value(MergedKeywords keywords, Place inside, int n) {
    if (keywords.listsValues()) {
      List<JsonNode> values = keywords.listedValues();
      return n < values.size() ? values.get(n) : null;
    }
    for (String type : keywords.types()) {
      JsonNode value =
          switch (type) {
            case "object" -> object(keywords, inside, n);
            case "array" -> array(keywords, inside, n);
            case "string" -> string(keywords, n);
            case "integer", "number" -> number(keywords, type.equals("integer"), n);
            case "boolean" -> n < 2 ? BooleanNode.valueOf(n == 1) : null;
            default -> n == 0 ? NullNode.getInstance() : null;
          };
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private @Nullable JsonNode object(MergedKeywords keywords, Place inside, int n) {
    Set<String> required = keywords.required();
    keywords.addDependents(required);
    Set<String> names = new LinkedHashSet<>();
    if (!onlyRequired) {
      names.addAll(keywords.declaredProperties());
      keywords.addDependents(names);
    }
    names.addAll(required);
    long least = Math.min(keywords.count("minProperties", 0), MAX_ITEMS);
    for (int i = 1; names.size() < least; i++) {
      names.add("property" + i);
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (String name : names) {
      JsonNode value = instance(keywords.property(name), inside, n);
      if (value != null) {
        object.set(name, value);
      } else if (required.contains(name)) {
        return null;
      }
    }
    return object;
  }

  private @Nullable JsonNode array(MergedKeywords keywords, Place inside, int n) {
    List<JsonNode> contained = keywords.all("contains");
    long containing = contained.isEmpty() ? 0 : keywords.count("minContains", 1);
    long length = Math.max(keywords.count("minItems", 0), containing);
    if (length > MAX_ITEMS) {
      return null;
    }
    boolean unique = keywords.hasTrue("uniqueItems");
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < length; i++) {
      List<JsonNode> schemas = new ArrayList<>(keywords.item(i));
      if (i < containing) {
        schemas.addAll(contained);
      }
      JsonNode item = instance(schemas, inside, unique ? n + i : n);
      if (item == null) {
        return null;
      }
      array.add(item);
    }
    return array;
  }

  private static @Nullable JsonNode string(MergedKeywords keywords, int n) {
    long length = keywords.count("minLength", 0) + n;
    return length > MAX_STRING_LENGTH ? null : StringNode.valueOf("a".repeat((int) length));
  }

  private static @Nullable JsonNode number(MergedKeywords keywords, boolean integer, int n) {
    BigDecimal number = new SmallestNumber(keywords, integer).find(n);
    if (number == null) {
      return null;
    }
    boolean fitsInt = number.scale() <= 0 && number.precision() - number.scale() < 10;
    return fitsInt
        ? JsonNodeFactory.instance.numberNode(number.intValueExact())
        : DecimalNode.valueOf(number);
  }
}
