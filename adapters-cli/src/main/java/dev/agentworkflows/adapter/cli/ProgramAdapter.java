package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks an agent program: one process for each attempt. */
final class ProgramAdapter implements Adapter {

  private static final String PROGRAM = "program";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final AgentProgram program;
  private final AdapterContext context;
  private final ProgramPath path;

  private ProgramAdapter(AgentProgram program, AdapterContext context, ProgramPath path) {
    this.program = program;
    this.context = context;
    this.path = path;
  }

  static Adapter create(AgentProgram program, AdapterContext context) throws AdapterException {
    context.refuseSettingsBeyond(Set.of(PROGRAM));
    String setting = "OWF_PROVIDER_" + program.name().toUpperCase(Locale.ROOT) + "_PROGRAM";
    String name = context.settings().getOrDefault(PROGRAM, program.name());
    if (name.isBlank()) {
      throw new AdapterException(
          Kind.PERMANENT, setting + " is empty; it must name a program, or not be set");
    }
    return new ProgramAdapter(program, context, new ProgramPath(name, program.install(), setting));
  }

  @Override
  public AgentReply invoke(AgentCall call, CallContext callContext)
      throws AdapterException, InterruptedException {
    Discretion discretion = Discretion.about(program.secrets(), context, call.prompt());
    try {
      Conversation conversation = program.open(call, callContext);
      List<String> command = new ArrayList<>();
      command.add(path.find(context.environment()).toString());
      command.addAll(conversation.arguments());
      AgentProcess process =
          new AgentProcess(
              command, call.workingDirectory(), environment(call, discretion), call.prompt());
      AgentProcess.Exit exit = process.run(listener(conversation, callContext));
      return conversation.reply(discretion.applyTo(exit));
    } catch (AdapterException e) {
      throw discretion.applyTo(e);
    }
  }

  private Map<String, String> environment(AgentCall call, Discretion discretion) {
    Map<String, String> environment = new HashMap<>(context.environment());
    environment.putAll(discretion.secrets());
    Path worktree = call.worktree();
    if (worktree != null && worktree.getParent() != null) {
      // A worktree whose .git file is damaged must not lead git up into the user's own checkout.
      environment.put("GIT_CEILING_DIRECTORIES", worktree.getParent().toString());
    }
    return environment;
  }

  private static Listener listener(Conversation conversation, CallContext context) {
    return new Listener() {
      @Override
      public void line(String line) {
        hear(line, conversation, context);
      }

      @Override
      public void lineLeftOut() {
        conversation.miss();
      }

      @Override
      public boolean heardAll() {
        return conversation.heardAll();
      }
    };
  }

  private static void hear(String line, Conversation conversation, CallContext context) {
    if (line.isBlank()) {
      return;
    }
    JsonNode event;
    try {
      event = JSON.readTree(line);
    } catch (JacksonException e) {
      // A transcript's lines are JSON: what is none becomes a string.
      context.transcript(JSON.writeValueAsString(line.strip()));
      return;
    }
    context.transcript(line.strip());
    if (event.isObject()) {
      conversation.hear(event);
    }
  }
}
