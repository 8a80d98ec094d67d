package dev.agentworkflows.coordinator.option;

import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.McpServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the options of calls, and loads what they stand for once a provider is asked: contents of
 * files, values of variables. Neither is kept or written anywhere. Thread-safe.
 */
public final class OptionLoader {

  /** What a script on another machine may name of this one's variables. */
  static final String FOR_SERVERS = "OWF_MCP_";

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^{}]*)\\}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Of all runs together, as long as the coordinator lives. */
  private static final int MAX_LEARNED = 300;

  private static final int MAX_TOOLS = 200;
  private static final int MAX_TOOL = 200;

  private final Variables variables;
  private final Redactor redactor;
  private final Path home;
  private final boolean confined;

  /** Secrets that were learnt: each costs all that is redacted from then on. */
  private final Set<String> learned = ConcurrentHashMap.newKeySet();

  /** The coordinator's variables, without its secrets. */
  public interface Variables {

    /** Empty when it is not set. */
    Optional<String> value(String name);

    /** Whether it holds a provider's key or a token of ours: no MCP server gets it. */
    boolean isKey(String name);
  }

  /**
   * What a provider is given.
   *
   * @param texts the texts among the files, to stand before the prompt; empty without any
   */
  public record Loaded(String texts, CallOptions options) {}

  /**
   * @param redactor is taught every secret that comes by
   * @param home the coordinator's, of which scripts of other machines read nothing
   * @param confined whether scripts come from other machines: their files are those of their
   *     workspace, and their servers no programs here
   */
  public OptionLoader(Variables variables, Redactor redactor, Path home, boolean confined) {
    this.variables = variables;
    this.redactor = redactor;
    this.home = home;
    this.confined = confined;
  }

  /**
   * Refuses what makes no sense, and reads the files to tell what they are.
   *
   * @param refusal why nothing of the workspace may be read; null when it may
   */
  public CheckedOptions check(RequestedOptions requested, Path workspace, @Nullable String refusal)
      throws OptionException {
    if (requested.areNone()) {
      return CheckedOptions.NONE;
    }
    String system = requested.system();
    return new CheckedOptions(
        system == null || system.isBlank() ? null : system,
        requested.effort(),
        tools(requested.tools()),
        servers(requested.mcpServersJson()),
        files(requested.files(), workspace, refusal));
  }

  private List<NamedFile> files(List<String> paths, Path workspace, @Nullable String refusal)
      throws OptionException {
    if (!paths.isEmpty() && refusal != null) {
      throw new OptionException("files: " + refusal);
    }
    return new FileReading(workspace, home, confined).named(paths);
  }

  private static @Nullable List<String> tools(@Nullable List<String> names) throws OptionException {
    if (names != null && names.size() > MAX_TOOLS) {
      throw new OptionException(
          "tools: expected at most %d, found %d".formatted(MAX_TOOLS, names.size()));
    }
    for (String name : names == null ? List.<String>of() : names) {
      if (name.isBlank() || name.length() > MAX_TOOL || name.chars().anyMatch(c -> c < ' ')) {
        throw new OptionException(
            "tools: expected names of one line and at most %d characters".formatted(MAX_TOOL));
      }
    }
    return names;
  }

  private List<DeclaredServer> servers(@Nullable String json) throws OptionException {
    List<DeclaredServer> servers = json == null ? List.of() : DeclaredServer.all(json);
    for (DeclaredServer server : servers) {
      if (confined && server.isProgram()) {
        throw server.refused(
            "is a program, and this coordinator starts none for scripts of other machines;"
                + " give it a 'url'");
      }
      var unused =
          server.resolved((place, text) -> {
            if (variables(server, text).isEmpty()) {
              learnWritten(server, place, text);
            }
            return text;
          });
    }
    return servers;
  }

  /** A secret that stands in the script itself is kept out of what is written, as keys are. */
  private void learnWritten(DeclaredServer server, String place, String text)
      throws OptionException {
    for (String secret : ServerSecrets.in(place, text)) {
      if (confined) {
        throw server.refused(
            "has a secret in "
                + place.strip()
                + ": let it name a variable of the coordinator's, such as ${"
                + FOR_SERVERS
                + "TOKEN}");
      }
      learn(server, "mcp_servers." + server.name() + "." + place.strip(), secret);
    }
  }

  private void learn(DeclaredServer server, String name, String secret) throws OptionException {
    if (learned.contains(secret)) {
      return;
    }
    if (learned.size() >= MAX_LEARNED) {
      throw server.refused(
          ("has one secret more than the %,d that this coordinator keeps out of what it writes;"
                  + " let calls share their servers' secrets")
              .formatted(MAX_LEARNED));
    }
    learned.add(secret);
    redactor.learn(name, secret);
  }

  /** Reads the files and looks the variables up; blocks. */
  public Loaded load(CheckedOptions options, Path workspace) throws OptionException {
    FileReading reading = new FileReading(workspace, home, confined);
    StringBuilder texts = new StringBuilder();
    List<AttachedFile> attached = new ArrayList<>();
    for (NamedFile file : options.files()) {
      byte[] content = reading.read(file);
      AttachedFile.Type type = file.type();
      if (type == null) {
        FilePrompt.append(texts, file.path(), String.valueOf(FileContent.text(content)));
      } else {
        attached.add(new AttachedFile(file.path(), type, content));
      }
    }
    List<McpServer> servers = new ArrayList<>();
    for (DeclaredServer server : options.mcpServers()) {
      servers.add(server.resolved((place, text) -> resolved(server, place, text)));
    }
    return new Loaded(
        texts.toString(),
        new CallOptions(
            redacted(options.system()), options.effort(), options.tools(), servers, attached));
  }

  /** Programs take it from a file or their command line. */
  private @Nullable String redacted(@Nullable String system) {
    return system == null ? null : redactor.redact(system);
  }

  private String resolved(DeclaredServer server, String place, String text) throws OptionException {
    Map<String, String> values = new HashMap<>();
    for (String name : variables(server, text)) {
      String value =
          variables
              .value(name)
              .orElseThrow(() ->
                  server.refused(
                      "needs the variable %s, which is not set where the coordinator runs"
                          .formatted(name)));
      if (ServerSecrets.isSecret(place, name, value)) {
        learn(server, name, value);
      }
      values.put(name, value);
    }
    String whole =
        VARIABLE
            .matcher(text)
            .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), "")));
    if (!values.isEmpty()) {
      for (String secret : ServerSecrets.in(place, whole)) {
        learn(server, String.join("+", values.keySet()), secret);
      }
    }
    return whole;
  }

  private List<String> variables(DeclaredServer server, String text) throws OptionException {
    List<String> names = new ArrayList<>();
    Matcher found = VARIABLE.matcher(text);
    while (found.find()) {
      String name = found.group(1);
      if (!NAME.matcher(name).matches()) {
        throw server.refused("has '${%s}', which is no variable's name".formatted(name));
      }
      if (variables.isKey(name)) {
        throw server.refused(
            ("names %s, which holds a provider's key or a token of the coordinator's:"
                    + " no server gets it. Put its own secret into another variable")
                .formatted(name));
      }
      if (confined && !name.startsWith(FOR_SERVERS)) {
        throw server.refused(
            "names %s; of this coordinator's variables, scripts of other machines may name those that begin with %s"
                .formatted(name, FOR_SERVERS));
      }
      names.add(name);
    }
    return names;
  }
}
