package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.QuietLoggers;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.RunHost;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.http.LoopbackGuard;
import dev.agentworkflows.store.StoreException;
import io.modelcontextprotocol.server.McpAsyncServer;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServer.AsyncSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/** The product as an MCP server: its tools, its resources, and the two ways to reach it. */
public final class McpService implements AutoCloseable {

  private static final String INSTRUCTIONS =
      """
      Runs Python workflow scripts that coordinate LLM agents, and tells about their runs. Finished calls are \
      remembered, so a run that failed is resumed (owf_run_workflow with `resume`), not started afresh. \
      owf_new_workflow writes a first script; the default provider `fake` tries a script without cost.\
      """;

  /** What was asked before the client left is answered as long as that, and its runs are ended. */
  private static final Duration LEAVING = Duration.ofSeconds(15);

  static {
    // What clients do wrong, they are told themselves.
    QuietLoggers.set(Level.SEVERE, "io.modelcontextprotocol");
  }

  private final OpenHome home;
  private final ScriptRuntime runtime;
  private final RunHost host;
  private final OutputStream scriptOutput;
  private final String version;
  private final Blocking blocking = new Blocking();
  private final ProgressNotes progress = new ProgressNotes();
  private final RunResources resources;
  private volatile @Nullable McpAsyncServer server;

  /**
   * @param home closed by whoever opened it, after this
   * @param host carries the runs that clients start
   * @param scriptOutput where scripts print
   * @param version of the product
   */
  public McpService(
      OpenHome home,
      ScriptRuntime runtime,
      RunHost host,
      OutputStream scriptOutput,
      String version) {
    this.home = home;
    this.runtime = runtime;
    this.host = host;
    this.scriptOutput = scriptOutput;
    this.version = version;
    this.resources = new RunResources(home, blocking);
  }

  /**
   * Serves one client until it has no more to say. Blocks.
   *
   * @param out takes one line at a time, from any thread
   * @param atEnd told when the client is gone; what it still waits for is then answered
   */
  public void serve(InputStream in, Consumer<String> out, Runnable atEnd) throws IOException {
    StdioTransport transport = new StdioTransport(in, out, this::beforeRequest);
    server = configured(McpServer.async(transport));
    try {
      transport.serve();
    } finally {
      atEnd.run();
      transport.awaitAnswers(LEAVING);
    }
  }

  /**
   * Listens on loopback until it is closed.
   *
   * @param token whoever bears it is answered; asked at each request
   * @param redaction takes keys out of what is sent
   * @return where it listens
   */
  public String listen(int port, Supplier<String> token, UnaryOperator<String> redaction) {
    HttpTransport transport =
        new HttpTransport(
            port,
            new LoopbackGuard(token, LoopbackGuard.Origins.OF_THIS_MACHINE),
            this::beforeRequest,
            redaction);
    server = configured(McpServer.async(transport));
    transport.start();
    return transport.url();
  }

  /** The list of resources is that of the moment at which it is asked for. */
  private void beforeRequest(String method) {
    McpAsyncServer listing = server;
    if (listing != null && method.equals(McpSchema.METHOD_RESOURCES_LIST)) {
      try {
        resources.refresh(listing);
      } catch (RuntimeException e) {
        System.getLogger(McpService.class.getName())
            .log(System.Logger.Level.WARNING, "the list of resources is not of now: {0}", e);
      }
    }
  }

  private McpAsyncServer configured(AsyncSpecification<?> specification) {
    return specification
        .serverInfo(
            Implementation.builder("agent-workflows", version).title("Agent Workflows").build())
        .instructions(INSTRUCTIONS)
        .jsonMapper(ToolResults.MAPPER)
        .jsonSchemaValidator(new ArgumentSchemas())
        .capabilities(
            ServerCapabilities.builder().tools(false).resources(false, false).logging().build())
        .tools(tools())
        .resourceTemplates(resources.templates())
        .build();
  }

  private List<AsyncToolSpecification> tools() {
    RunTool run = new RunTool(home, runtime, host, scriptOutput, blocking, progress);
    Set<String> runs = Set.of("owf_run_workflow", "owf_resume");
    Map<String, Function<Arguments, CallToolResult>> others = others();
    List<AsyncToolSpecification> tools = new ArrayList<>();
    for (Tool tool : declared()) {
      Function<Arguments, CallToolResult> other = others.remove(tool.name());
      if (other == null && !runs.contains(tool.name())) {
        throw new IllegalStateException("tools.json has an unknown tool, " + tool.name());
      }
      tools.add(
          other == null
              ? new AsyncToolSpecification(tool, run::answer)
              : new AsyncToolSpecification(
                  tool,
                  (exchange, request) ->
                      blocking.mono(() -> answered(other, new Arguments(request.arguments())))));
    }
    if (!others.isEmpty()) {
      throw new IllegalStateException("tools.json lacks " + others.keySet());
    }
    return tools;
  }

  private Map<String, Function<Arguments, CallToolResult>> others() {
    ReadingTools reading = new ReadingTools(home);
    ScriptTools scripts = new ScriptTools(home, runtime);
    ArtifactTool artifacts = new ArtifactTool(home);
    Map<String, Function<Arguments, CallToolResult>> tools = new LinkedHashMap<>();
    tools.put("owf_status", new StatusTool(reading, home)::answer);
    tools.put("owf_output", reading::output);
    tools.put("owf_report", reading::report);
    tools.put("owf_list_runs", reading::runs);
    tools.put("owf_calls", reading::calls);
    tools.put("owf_artifacts", artifacts::list);
    tools.put("owf_read_artifact", artifacts::answer);
    tools.put("owf_new_workflow", scripts::create);
    tools.put("owf_validate_workflow", scripts::validate);
    tools.put("owf_dry_run", scripts::dryRun);
    tools.put("owf_cancel", reading::cancel);
    tools.put("owf_approve", reading::approve);
    tools.put("owf_diff", reading::diff);
    tools.put("owf_apply", reading::apply);
    tools.put("owf_explain_cache", reading::explainCache);
    return tools;
  }

  static CallToolResult answered(Function<Arguments, CallToolResult> tool, Arguments arguments) {
    try {
      return tool.apply(arguments);
    } catch (RefusedException e) {
      return ToolResults.failure(RefusalText.of(e));
    } catch (StoreException e) {
      // What is wrong with the database, in words for people.
      return ToolResults.failure(String.valueOf(e.getMessage()));
    } catch (InvalidPathException e) {
      return ToolResults.failure(
          "a path has a character that no file's name can have here. Name another file.");
    } catch (RuntimeException | Error e) {
      // Also when memory is at its end: a client that is not answered waits for ever.
      return ToolResults.failure(FaultText.of(e));
    }
  }

  /** What clients are told of the tools. */
  static List<Tool> declared() {
    try (InputStream json = McpService.class.getResourceAsStream("tools.json")) {
      if (json == null) {
        throw new IllegalStateException("the jar lacks tools.json: build it again");
      }
      String text = new String(json.readAllBytes(), StandardCharsets.UTF_8);
      return List.of(ToolResults.MAPPER.readValue(text, Tool[].class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    McpAsyncServer running = server;
    if (running != null) {
      running.close();
    }
    progress.close();
    blocking.close();
  }
}
