package dev.agentworkflows.spi;

/**
 * Asks for structured output in words: for adapters with {@link Capability#NATIVE_SCHEMA} whose
 * provider can't take one schema or another in its own way. For those without it, the coordinator
 * does the same.
 *
 * @since level 5
 */
public final class SchemaPrompt {

  private SchemaPrompt() {}

  /**
   * The prompt with the schema behind it.
   *
   * @param schemaJson JSON Schema 2020-12
   */
  public static String of(String prompt, String schemaJson) {
    return prompt
        + "\n\nAnswer with one JSON value and nothing else. It must satisfy this JSON Schema:\n"
        + schemaJson
        + "\n";
  }
}
