package dev.agentworkflows.adapter.acp;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code opencode} program, with its own logins.
 *
 * <p>It writes and runs commands without asking, and the settings of its own modes can be changed
 * by users and repositories. A read-only call has a mode of ours, in the configuration that goes
 * over all others.
 */
public final class OpencodeAdapterFactory extends AgentFactory {

  private static final String MODE = "owf-read-only";

  private static final String RULES =
      """
      {"*":"deny","read":"allow","glob":"allow","grep":"allow","list":"allow"}\
      """;

  private static final String CONFIGURATION =
      """
      {"agent":{"%s":{"mode":"primary","permission":%s}}}\
      """
          .formatted(MODE, RULES);

  public OpencodeAdapterFactory() {
    super(
        new AgentKind(
            "opencode",
            "opencode",
            List.of("acp"),
            "npm install -g opencode-ai",
            Set.of("OPENCODE_API_KEY"),
            null,
            new AgentKind.ReadOnly(
                MODE,
                Map.of("OPENCODE_CONFIG_CONTENT", CONFIGURATION, "OPENCODE_PERMISSION", RULES),
                null)));
  }
}
