package dev.agentworkflows.coordinator.schema;

import java.util.List;

/** What a provider is asked when its first answer broke the schema. */
public final class CorrectionPrompt {

  private CorrectionPrompt() {}

  /** The original prompt, and after it what was wrong with the answer to it. */
  public static String of(String originalPrompt, List<Violation> violations) {
    StringBuilder prompt = new StringBuilder(originalPrompt);
    prompt
        .append("\n\n---\nYour previous answer was refused: it does not satisfy the required")
        .append(" JSON Schema.\n");
    for (Violation violation : violations) {
      prompt.append("- ");
      prompt.append(violation.path().isEmpty() ? "in the whole answer" : "at " + violation.path());
      prompt.append(": ").append(violation.message()).append('\n');
    }
    return prompt
        .append("Answer the request above again. Reply with the corrected JSON and nothing else.\n")
        .toString();
  }
}
