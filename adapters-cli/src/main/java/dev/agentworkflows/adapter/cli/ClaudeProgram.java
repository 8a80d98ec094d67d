package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.CallContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code claude}, headless.
 *
 * <p>A read-only call has no tool that could change a file: they are switched off, and no rule in
 * anybody's settings brings them back. Without a shell, the program has tools of its own for
 * searching. A mutating call accepts edits. Neither may leave its directory for another worktree.
 */
final class ClaudeProgram implements AgentProgram {

  private static final String ALLOWED = "allowed_tools";
  private static final String DISALLOWED = "disallowed_tools";

  /** What would take an agent out of the directory that it was given. */
  private static final List<String> LEAVE = List.of("EnterWorktree", "ExitWorktree");

  /** Older and newer names: a version that does not know one takes no offence. */
  private static final List<String> CHANGE =
      List.of("Bash", "PowerShell", "Edit", "MultiEdit", "Write", "NotebookEdit");

  /** All that may be granted to a read-only call. */
  private static final Set<String> READ =
      Set.of(
          "Agent",
          "Glob",
          "Grep",
          "LS",
          "NotebookRead",
          "Read",
          "Task",
          "TodoWrite",
          "WebFetch",
          "WebSearch");

  /** A tool, or a rule about one: never something that the program would take for an option. */
  private static final Pattern RULE =
      Pattern.compile("([A-Za-z][A-Za-z0-9_.:-]*)(\\([^\\r\\n]*\\))?");

  @Override
  public String name() {
    return "claude";
  }

  @Override
  public String install() {
    return "npm install -g @anthropic-ai/claude-code";
  }

  @Override
  public Set<String> secrets() {
    return ClaudeAdapterFactory.KEYS;
  }

  @Override
  public AgentEventParser open(AgentCall call, CallContext context) throws AdapterException {
    return new ClaudeConversation(arguments(call), call, context);
  }

  private static List<String> arguments(AgentCall call) throws AdapterException {
    Permissions permissions =
        Permissions.of(call.permissionsJson(), "claude", Set.of(ALLOWED, DISALLOWED));
    List<String> allowed = rules(permissions, ALLOWED);
    List<String> disallowed = new ArrayList<>(LEAVE);
    if (!call.mutating()) {
      refuseChanges(allowed);
      disallowed.addAll(CHANGE);
    }
    disallowed.addAll(rules(permissions, DISALLOWED));

    List<String> arguments =
        new ArrayList<>(List.of("-p", "--output-format", "stream-json", "--verbose"));
    // Said also for the default: a settings file may name another mode.
    arguments.addAll(List.of("--permission-mode", call.mutating() ? "acceptEdits" : "default"));
    // In one word, so that no value can be taken for an option.
    if (call.model() != null) {
      arguments.add("--model=" + call.model());
    }
    String session = ProgramSession.of(call, "claude");
    if (session != null) {
      arguments.addAll(List.of("--resume=" + session, "--fork-session"));
    }
    if (call.agentType() != null) {
      arguments.add("--agent=" + call.agentType());
    }
    if (!allowed.isEmpty()) {
      arguments.add("--allowedTools");
      arguments.addAll(allowed);
    }
    arguments.add("--disallowedTools");
    arguments.addAll(disallowed);
    return arguments;
  }

  private static List<String> rules(Permissions permissions, String name) throws AdapterException {
    List<String> rules = permissions.list(name);
    for (String rule : rules) {
      if (!RULE.matcher(rule).matches()) {
        throw Permissions.refused(
            "%s holds '%s'; a tool is expected, as Read, or a rule, as Bash(git log *)"
                .formatted(name, rule));
      }
    }
    return rules;
  }

  private static void refuseChanges(List<String> allowed) throws AdapterException {
    for (String rule : allowed) {
      String tool = rule.contains("(") ? rule.substring(0, rule.indexOf('(')) : rule;
      if (!READ.contains(tool)) {
        throw Permissions.refused(
            ("%s holds '%s', which a read-only call may not have: it could change files."
                    + " Give the call a write_scope, or isolation=\"worktree\", if it may")
                .formatted(ALLOWED, rule));
      }
    }
  }
}
