package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.coordinator.json.Json;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What makes two read-only calls the same call. The script's text, label, phase and timeout are not
 * part of it, so that editing one prompt runs that call alone again.
 *
 * @param hash SHA-256 over the canonical JSON of all parts, lower-case hex
 * @param partsJson one value or fingerprint for each part, for {@code explain-cache}
 * @param ofFewer the key of the same call without the last of its providers, whose answers are as
 *     good; null where there is one provider
 */
public record CallKey(String hash, String partsJson, @Nullable CallKey ofFewer) {

  // Written out because every call needs it: the first use of what the compiler makes for a record
  // takes milliseconds.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CallKey key
        && hash.equals(key.hash)
        && partsJson.equals(key.partsJson)
        && Objects.equals(ofFewer, key.ofFewer);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  /** Changes when keys made before must not match any more. */
  private static final int FORMAT = 1;

  /** Options that explain-cache tells the values of. */
  private static final Set<String> SHOWN = Set.of("effort");

  /** The key of a call that uses nothing but these. */
  public static CallKey of(
      String prompt,
      @Nullable String schemaJson,
      String provider,
      @Nullable String model,
      @Nullable String agentType,
      List<String> readScope,
      @Nullable JsonNode permissions,
      @Nullable JsonNode metadata,
      @Nullable String cacheNamespace) {
    return of(
        prompt,
        schemaJson,
        provider,
        model,
        agentType,
        readScope,
        permissions,
        metadata,
        cacheNamespace,
        Map.of());
  }

  /**
   * @param provider its canonical name, not an alias
   * @param schemaJson canonical; null without a schema
   * @param permissions null when the script gave none
   * @param metadata null when the script gave none
   * @param options what else an answer depends on, by its name; nothing for what is not used
   */
  public static CallKey of(
      String prompt,
      @Nullable String schemaJson,
      String provider,
      @Nullable String model,
      @Nullable String agentType,
      List<String> readScope,
      @Nullable JsonNode permissions,
      @Nullable JsonNode metadata,
      @Nullable String cacheNamespace,
      Map<String, JsonNode> options) {
    ObjectNode whole = Json.object();
    ObjectNode parts = Json.object();
    whole.put("format", FORMAT);
    whole.put("prompt", prompt);
    whole.put("schema", schemaJson);
    parts.put("prompt", fingerprint(prompt));
    parts.put("schema", schemaJson == null ? null : fingerprint(schemaJson));
    for (ObjectNode both : List.of(whole, parts)) {
      both.put("provider", provider);
      both.put("model", model);
      both.put("agent_type", agentType);
      both.put("cache_namespace", cacheNamespace);
    }
    if (!readScope.isEmpty()) {
      JsonNode scope = Json.array().addAll(readScope.stream().map(CallKey::text).toList());
      whole.set("read_scope", scope);
      parts.put("read_scope", fingerprint(Json.write(scope)));
    }
    put(whole, parts, "permissions", permissions);
    put(whole, parts, "metadata", metadata);
    for (var option : options.entrySet()) {
      put(whole, parts, option.getKey(), option.getValue());
      if (SHOWN.contains(option.getKey())) {
        parts.set(option.getKey(), option.getValue());
      }
    }
    return new CallKey(Sha256.hex(Json.canonicalBytes(whole)), Json.write(parts), null);
  }

  /**
   * The key of the same call where others are asked when its provider can't answer.
   *
   * @param fallback their names and models, in order
   */
  public CallKey withFallback(List<String> fallback) {
    CallKey key = this;
    for (int behind = 1; behind <= fallback.size(); behind++) {
      List<String> asked = fallback.subList(0, behind);
      ObjectNode whole = Json.object();
      whole.put("call", hash);
      whole.set("fallback", Json.array().addAll(asked.stream().map(CallKey::text).toList()));
      ObjectNode parts = (ObjectNode) Json.read(partsJson);
      parts.put("fallback", String.join(", ", asked));
      key = new CallKey(Sha256.hex(Json.canonicalBytes(whole)), Json.write(parts), key);
    }
    return key;
  }

  /**
   * The key of the same call in a worktree that others worked in: what it finds there is part of
   * it.
   *
   * @param tree the digest of the files there
   */
  public CallKey inTree(String tree) {
    ObjectNode whole = Json.object();
    whole.put("call", hash);
    whole.put("worktree", tree);
    ObjectNode parts = (ObjectNode) Json.read(partsJson);
    parts.put("worktree", fingerprint(tree));
    return new CallKey(
        Sha256.hex(Json.canonicalBytes(whole)),
        Json.write(parts),
        ofFewer == null ? null : ofFewer.inTree(tree));
  }

  /**
   * The key of the same call in a conversation. The answer that is gone on from is named by the
   * call that was paid for it: another sample of the same call makes another conversation.
   *
   * @param callId of the call that was paid for the answer
   * @param key that call's; null when it was mutating
   */
  public CallKey continuing(String callId, @Nullable String key) {
    ObjectNode whole = Json.object().put("call", hash);
    whole.putObject("continues").put("call", callId).put("key", key);
    ObjectNode parts = (ObjectNode) Json.read(partsJson);
    parts.put("continues", callId);
    return new CallKey(
        Sha256.hex(Json.canonicalBytes(whole)),
        Json.write(parts),
        ofFewer == null ? null : ofFewer.continuing(callId, key));
  }

  /** This key, and those of the same call with fewer of its providers, the longest first. */
  List<CallKey> withFewer() {
    if (ofFewer == null) {
      return List.of(this);
    }
    List<CallKey> keys = new ArrayList<>();
    for (CallKey key = this; key != null; key = key.ofFewer) {
      keys.add(key);
    }
    return keys;
  }

  private static JsonNode text(String value) {
    return tools.jackson.databind.node.StringNode.valueOf(value);
  }

  private static void put(
      ObjectNode whole, ObjectNode parts, String name, @Nullable JsonNode value) {
    if (value != null) {
      JsonNode canonical = Json.canonical(value);
      whole.set(name, canonical);
      parts.put(name, fingerprint(Json.write(canonical)));
    }
  }

  /** Its first 64 bits: two keys of one run that have them in common are not to be expected. */
  public long start() {
    return HexFormat.fromHexDigitsToLong(hash, 0, 16);
  }

  /**
   * Tells two texts of one call apart, well enough to explain a miss; no reuse rests on it. A
   * second SHA-256 of every prompt took 15 % of the CPU that a call costs.
   */
  private static String fingerprint(String text) {
    return HexFormat.of().toHexDigits(text.hashCode()) + "-" + text.length();
  }
}
