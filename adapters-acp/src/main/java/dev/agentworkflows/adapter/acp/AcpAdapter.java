package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.adapter.cli.AgentEnvironment;
import dev.agentworkflows.adapter.cli.AgentProcess;
import dev.agentworkflows.adapter.cli.FailureRedactor;
import dev.agentworkflows.adapter.cli.Permissions;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks an agent over the Agent Client Protocol: one process and one session for each attempt. */
final class AcpAdapter implements Adapter {

  private final AgentSettings agent;
  private final AdapterContext context;

  private AcpAdapter(AgentSettings agent, AdapterContext context) {
    this.agent = agent;
    this.context = context;
  }

  static Adapter create(AgentSettings agent, AdapterContext context) {
    return new AcpAdapter(agent, context);
  }

  @Override
  public AgentReply invoke(AgentCall call, CallContext callContext)
      throws AdapterException, InterruptedException {
    FailureRedactor discretion = FailureRedactor.about(agent.secrets(), context, call.prompt());
    try {
      Permissions.of(call.permissionsJson(), agent.name(), Set.of());
      AgentKind.ReadOnly readOnly = call.mutating() ? null : readOnly();
      try (PolicyFile policy = PolicyFile.of(readOnly)) {
        List<String> command = command(call);
        command.addAll(policy.arguments());
        Map<String, String> environment = AgentEnvironment.of(call, context, discretion.secrets());
        if (readOnly != null) {
          environment.putAll(readOnly.environment());
        }
        Session session = new Session(agent, call, callContext, context::redact);
        AgentProcess process =
            new AgentProcess(command, call.workingDirectory(), environment, session.begin());
        AgentProcess.Exit exit = process.run(session);
        return session.reply(discretion.applyTo(exit));
      }
    } catch (AdapterException e) {
      throw discretion.applyTo(e);
    }
  }

  private List<String> command(AgentCall call) throws AdapterException {
    List<String> command = new ArrayList<>();
    command.add(agent.program().find(context.environment()).toString());
    command.addAll(agent.arguments());
    if (agent.modelOption() != null && call.model() != null) {
      command.add(agent.modelOption() + "=" + call.model()); // In one word: never another option.
    }
    return command;
  }

  /** Refuses what nothing would keep from writing. */
  private AgentKind.ReadOnly readOnly() throws AdapterException {
    AgentKind.ReadOnly readOnly = agent.readOnly();
    if (readOnly == null) {
      String setting =
          agent.takesReadOnlyMode()
              ? "; or set read_only_mode of its entry to the session mode in which it writes nothing"
              : "";
      throw new AdapterException(
          Kind.PERMANENT,
          ("%s is not used for read-only calls: no mode of it is known to keep it from writing."
                  + " Give the call isolation=\"worktree\", where what it changes stays apart,"
                  + " or a write_scope if it may edit; or name another provider%s")
              .formatted(agent.name(), setting));
    }
    return readOnly;
  }
}
