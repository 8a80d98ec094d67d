package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.CallOptions;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

  /** Below it the program may see none. */
  private static final BigDecimal MIN_USD = new BigDecimal("0.000001");

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
  public AgentEventParser open(AgentCall call, CallContext context, Start start)
      throws AdapterException {
    ServerVariables variables = new ServerVariables();
    String schema =
        call.schemaJson() == null ? null : ClaudeSchema.of(call.schemaJson()).orElse(null);
    List<String> arguments = arguments(call, ClaudeSettings.of(start.environment()));
    addOptions(call.options(), schema, start.files(), variables, arguments);
    context
        .maxCostUsd()
        .ifPresent(usd -> arguments.add("--max-budget-usd=" + usd.max(MIN_USD).toPlainString()));
    return new ClaudeConversation(call, context, arguments, variables.environment(), schema);
  }

  private static void addOptions(
      CallOptions options,
      @Nullable String schema,
      CallFiles files,
      ServerVariables variables,
      List<String> arguments)
      throws AdapterException {
    if (options.system() != null) {
      // Appended: the program's own instructions are what its tools rest on.
      arguments.add("--append-system-prompt-file=" + files.write("system.txt", options.system()));
    }
    if (options.effort() != null) {
      arguments.add("--effort=" + options.effort().label());
    }
    if (!options.mcpServers().isEmpty()) {
      arguments.add("--mcp-config=" + ClaudeServers.configuration(options.mcpServers(), variables));
    }
    if (!options.files().isEmpty()) {
      arguments.add("--input-format=stream-json");
    }
    if (schema != null) {
      arguments.add("--json-schema=" + schema);
    }
  }

  private static List<String> arguments(AgentCall call, String settings) throws AdapterException {
    ClaudeTools tools = ClaudeTools.of(call, READ);
    Permissions permissions =
        Permissions.of(call.permissionsJson(), "claude", Set.of(ALLOWED, DISALLOWED));
    List<String> allowed = new ArrayList<>(rules(permissions, ALLOWED));
    List<String> disallowed = new ArrayList<>(LEAVE);
    if (!call.mutating()) {
      refuseChanges(allowed);
      disallowed.addAll(CHANGE);
    }
    disallowed.addAll(rules(permissions, DISALLOWED));
    // A rule limits its tool, and the bare name would take that back.
    Set<String> limited = limited(allowed);
    tools.allowed().stream().filter(tool -> !limited.contains(tool)).forEach(allowed::add);

    List<String> arguments =
        new ArrayList<>(List.of("-p", "--output-format", "stream-json", "--verbose"));
    // Said also for the default: a settings file may name another mode.
    arguments.addAll(List.of("--permission-mode", call.mutating() ? "acceptEdits" : "default"));
    arguments.addAll(
        List.of("--settings=" + settings, "--disable-slash-commands", "--strict-mcp-config"));
    if (tools.own() != null) {
      arguments.add("--tools=" + String.join(",", tools.own()));
    }
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

  /** The tools of which a script allows something and not all. */
  private static Set<String> limited(List<String> rules) {
    return rules.stream()
        .filter(rule -> rule.indexOf('(') > 0)
        .map(rule -> rule.substring(0, rule.indexOf('(')))
        .collect(Collectors.toSet());
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
