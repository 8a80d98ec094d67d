package dev.agentworkflows.adapter.acp;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one agent program.
 *
 * @param name the provider's, for messages
 * @param program what it is called on the PATH
 * @param arguments what makes it speak the protocol
 * @param install how to get it
 * @param secrets its own vendor's: the only ones that its process gets
 * @param modelOption the option of its command line that names the model; null when the session has
 *     to be told
 * @param readOnly how it is kept from writing; null when no way of it is known to hold
 */
record AgentKind(
    String name,
    String program,
    List<String> arguments,
    String install,
    Set<String> secrets,
    @Nullable String modelOption,
    @Nullable ReadOnly readOnly) {

  /**
   * How an agent is kept from writing. A denied permission alone is not enough: some agents write,
   * or run commands, without asking.
   *
   * @param mode the session's mode, by its id
   * @param environment what its process gets besides
   * @param policy a file that its command line names; null when it needs none
   */
  record ReadOnly(String mode, Map<String, String> environment, @Nullable Policy policy) {}

  /**
   * A file with rules.
   *
   * @param option the option of the command line that names it
   */
  record Policy(String option, String rules) {}
}
