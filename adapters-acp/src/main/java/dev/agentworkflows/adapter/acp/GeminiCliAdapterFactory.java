package dev.agentworkflows.adapter.acp;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code gemini} program (Gemini CLI), with its own login.
 *
 * <p>Tools that a user's settings allow are allowed in its mode for planning, too. Rules of an
 * administrator go over them, so a read-only call brings such rules along.
 */
public final class GeminiCliAdapterFactory extends AgentFactory {

  private static final String RULES =
      """
      [[rule]]
      toolName = "*"
      decision = "deny"
      priority = 100

      [[rule]]
      toolName = ["read_file", "read_many_files", "list_directory", "glob", "grep_search", "search_file_content", "web_fetch", "google_web_search"]
      decision = "allow"
      priority = 200
      """;

  public GeminiCliAdapterFactory() {
    super(
        new AgentKind(
            "gemini-cli",
            "gemini",
            List.of("--acp"),
            "npm install -g @google/gemini-cli",
            Set.of("GEMINI_API_KEY", "GOOGLE_API_KEY"),
            "--model",
            new AgentKind.ReadOnly(
                "plan", Map.of(), new AgentKind.Policy("--admin-policy", RULES))));
  }
}
