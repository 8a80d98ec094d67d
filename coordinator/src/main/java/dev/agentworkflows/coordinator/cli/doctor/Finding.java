package dev.agentworkflows.coordinator.cli.doctor;

/**
 * What one look found.
 *
 * @param check what was looked at, in one word
 * @param detail what was found and, unless all is well, what to do about it; one line
 */
public record Finding(String check, Weight weight, String detail) {

  /** How much it matters. */
  public enum Weight {
    OK,
    /** Only some calls or commands need it. */
    NOTE,
    /** Workflows can't run, or what they do would be lost. */
    FAULT
  }

  static Finding ok(String check, String detail) {
    return new Finding(check, Weight.OK, detail);
  }

  static Finding note(String check, String detail) {
    return new Finding(check, Weight.NOTE, detail);
  }

  static Finding fault(String check, String detail) {
    return new Finding(check, Weight.FAULT, detail.strip().replace('\n', ' '));
  }
}
