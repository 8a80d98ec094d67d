package dev.agentworkflows.adapter.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Settings over those of the user: what would change the meaning of a call is shut out. Hooks, what
 * the program has noted by itself, and the user's own CLAUDE.md; skills and slash commands, and MCP
 * servers, have options. Plugins bring nothing but these. What a login rests on stays, and so do
 * the files of the repository, CLAUDE.md among them.
 */
final class ClaudeSettings {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ClaudeSettings() {}

  /** For a program with this environment. */
  static String of(Map<String, String> environment) {
    ObjectNode settings = JSON.createObjectNode();
    settings.put("disableAllHooks", true).put("autoMemoryEnabled", false);
    Path home = configuration(environment);
    if (home != null) {
      settings
          .putArray("claudeMdExcludes")
          .add(home.resolve("CLAUDE.md").toString())
          .add(home.resolve("rules").resolve("**").toString());
    }
    return JSON.writeValueAsString(settings);
  }

  private static @Nullable Path configuration(Map<String, String> environment) {
    String own = environment.getOrDefault("CLAUDE_CONFIG_DIR", "");
    String home = environment.getOrDefault("HOME", "");
    try {
      if (!own.isBlank()) {
        return Path.of(own).toAbsolutePath();
      }
      return home.isBlank() ? null : Path.of(home, ".claude").toAbsolutePath();
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
