package dev.agentworkflows.coordinator.schema;

/**
 * One way in which an answer breaks its schema.
 *
 * @param path where in the answer, a JSON Pointer; {@code ""} is the whole answer
 * @param message what is wrong there, one short line
 */
public record Violation(String path, String message) {

  private static final int MAX_LENGTH = 300;

  /** Keys and schema values end up here, and either may be a whole novel. */
  public Violation {
    path = shortened(path);
    message = shortened(message);
  }

  private static String shortened(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
  }
}
