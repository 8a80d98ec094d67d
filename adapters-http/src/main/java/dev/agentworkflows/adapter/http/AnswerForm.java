package dev.agentworkflows.adapter.http;

/** The ways to ask for an answer, and for one that satisfies a schema. */
public enum AnswerForm {
  /** Any text will do: the call has no schema. */
  FREE_TEXT,
  /** The model must call a tool whose input is the answer. */
  FORCED_TOOL,
  /** The provider holds the model to the schema while it writes. */
  JSON_SCHEMA,
  /** The provider sees to it that the answer is JSON; the prompt holds the schema. */
  JSON_MODE,
  /** The prompt holds the schema, and nothing else does. */
  SCHEMA_IN_WORDS;

  /** What the model is told; forms that the provider does not take care of need it in words. */
  String prompt(String prompt, String schemaJson) {
    return this == JSON_MODE || this == SCHEMA_IN_WORDS
        ? prompt
            + "\n\nReply with a single JSON value, without any text around it, that is valid under"
            + " this JSON Schema:\n"
            + schemaJson
            + "\n"
        : prompt;
  }
}
