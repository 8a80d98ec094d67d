package dev.agentworkflows.testkit;

/**
 * What an agent's program prints, and how it ends.
 *
 * @param lines on standard output: whole lines
 * @param errors on standard error
 * @param exitCode how it ends
 */
public record AgentOutput(String lines, String errors, int exitCode) {

  /** What is printed by a program that then ends in order. */
  public static AgentOutput of(String lines) {
    return new AgentOutput(lines, "", 0);
  }
}
