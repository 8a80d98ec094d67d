package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.RunHost;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.mcp.McpService;
import dev.agentworkflows.coordinator.rpc.LoopbackChannel;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "mcp",
    description = "Serve agents that run workflows themselves, over the Model Context Protocol.")
@Manual(
    description =
        "On standard input and output, until the client closes them; with --http on loopback, for"
            + " clients that have the token.",
    examples = {
      "# what a client starts, as in: claude mcp add owf -- owf mcp",
      "owf mcp",
      "owf mcp --http --port 7444"
    },
    seeAlso = {"serve", "run", "docs/mcp.md"})
final class McpCommand extends Command {

  private static final int USUAL_PORT = 7444;

  @Option(names = "--http", description = "Listen on loopback, for clients that have the token.")
  private boolean http;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where --http listens; port 0 is any free one. Default: 7444.")
  private int port = USUAL_PORT;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The token that --http asks for. Default: one is made in the home.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where runs are recorded. Default: OWF_HOME, else the project's .workflows.")
  private @Nullable Path home;

  @Option(names = "--json", description = "With --http, tell where it listens as JSON.")
  private boolean json;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description =
          "The interpreter. Default: OWF_PYTHON, the virtual environment's, python3 on PATH.")
  private @Nullable String python;

  @Mixin private AdaptersOption adapters = new AdaptersOption();

  private boolean leaving;

  McpCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    if (port < 0 || port > 65_535) {
      throw new RefusedException(
          "--port is " + port + ", where a number from 0 to 65535 was expected.");
    }
    WorkflowHome where = environment().homes().forKeeping(home);
    try (Providers providers = adapters.providers(screen(), environment());
        OpenHome opened = OpenHome.open(where, environment(), screen()::redactor)) {
      ScriptRuntime runtime =
          new ScriptRuntime(environment(), providers, python, new LoopbackChannel.Opener());
      try (RunHost host = new RunHost(runtime, opened);
          McpService service =
              new McpService(opened, runtime, host, screen().err(), Version.text())) {
        if (http) {
          listen(service, where, providers);
        } else {
          service.serve(new FileInputStream(FileDescriptor.in), this::send, host::abandonAll);
        }
        return ExitCode.FINE;
      } catch (IOException e) {
        throw new RefusedException("standard input can't be read: " + e.getMessage() + ".", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return ExitCode.FAILED;
      }
    }
  }

  /** One message; from any thread. */
  private synchronized void send(String line) {
    screen().text(line + "\n");
    screen().flush();
    if (screen().lostOutput() && !leaving) {
      leaving = true;
      // The client is gone, and what it sends may never end. Runs are recorded as at a signal.
      new Thread(() -> System.exit(screen().finish(ExitCode.FAILED)), "output-lost").start();
    }
  }

  private void listen(McpService service, WorkflowHome where, Providers providers)
      throws InterruptedException {
    OperatorToken token =
        OperatorToken.of(tokenFile, where, new SecureRandom(), providers.redactor());
    String url = service.listen(port, token::current, providers.redactor()::redact);
    if (json) {
      screen().json(Json.object().put("url", url).put("token_file", token.file().toString()));
    } else {
      screen().line("url:        " + url);
      screen().line("token file: " + token.file());
    }
    screen().requireOutput();
    // A signal ends the process; its runs are recorded by then.
    new CountDownLatch(1).await();
  }
}
