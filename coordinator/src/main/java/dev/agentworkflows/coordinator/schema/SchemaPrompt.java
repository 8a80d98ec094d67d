package dev.agentworkflows.coordinator.schema;

/** Asks for structured output in words, where a provider knows no other way. */
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
