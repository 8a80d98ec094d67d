package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A call's {@code permissions}: an object of lists of strings, in which nothing is passed over. */
public record Permissions(JsonNode object) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Refuses what is no object, and names that are not known: a permission must not be ignored. */
  public static Permissions of(@Nullable String json, String program, Set<String> known)
      throws AdapterException {
    JsonNode given = json == null ? JSON.createObjectNode() : parse(json);
    if (given.isNull()) {
      given = JSON.createObjectNode();
    }
    if (!given.isObject()) {
      throw refused("must be an object (a dict), and is none");
    }
    for (String name : given.propertyNames()) {
      if (!known.contains(name)) {
        throw refused(
            known.isEmpty()
                ? "holds '" + name + "', but " + program + " takes no permissions; leave it out"
                : "holds '%s'; %s takes %s"
                    .formatted(name, program, String.join(", ", new TreeSet<>(known))));
      }
    }
    return new Permissions(given);
  }

  /** The strings of one list; empty when it is not there. */
  public List<String> list(String name) throws AdapterException {
    JsonNode list = object.path(name);
    if (list.isMissingNode()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw refused(name + " must be a list of strings");
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode entry : list) {
      if (!entry.isString()) {
        throw refused(name + " must be a list of strings");
      }
      strings.add(entry.stringValue());
    }
    return strings;
  }

  static AdapterException refused(String why) {
    return new AdapterException(Kind.PERMANENT, "permissions " + why);
  }

  private static JsonNode parse(String json) throws AdapterException {
    try {
      return JSON.readTree(json);
    } catch (JacksonException e) {
      throw refused("are no JSON");
    }
  }
}
