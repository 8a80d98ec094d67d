package dev.agentworkflows.it.isolation;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * An agent that does exactly what it is told: the prompt is a shell script, its output the answer.
 * Writes down that it was asked before anything else. Runs inside the coordinator.
 */
final class ShellAdapter implements Adapter {

  /** The environment variable that names the file where it writes down that it was asked. */
  static final String MARKER = "SHELL_MARKER";

  private final Map<String, String> environment;

  ShellAdapter(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public AgentReply invoke(AgentCall call, CallContext context)
      throws AdapterException, InterruptedException {
    try {
      String marker = environment.get(MARKER);
      if (marker != null) {
        Files.writeString(
            Path.of(marker),
            call.callId() + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
      ProcessBuilder builder =
          new ProcessBuilder("sh", "-ec", call.prompt())
              .directory(call.workingDirectory().toFile())
              .redirectErrorStream(true);
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.environment().put("CALL_ID", call.callId());
      return reply(call, context, builder.start());
    } catch (IOException e) {
      throw new AdapterException(Kind.PERMANENT, "the shell cannot be started: " + e);
    }
  }

  private static AgentReply reply(AgentCall call, CallContext context, Process process)
      throws IOException, AdapterException, InterruptedException {
    process.getOutputStream().close();
    int exitCode;
    try {
      exitCode = process.waitFor();
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw e;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    context.transcript("{\"exit_code\":" + exitCode + "}");
    if (exitCode != 0) {
      throw new AdapterException(Kind.PERMANENT, "exit code " + exitCode + ": " + output.strip());
    }
    return new AgentReply(output.strip(), call.model(), Usage.of(1, 1), null);
  }
}
