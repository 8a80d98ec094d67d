package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import java.util.ArrayList;
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

  /** Empty where the entry names a program of its own: it gets no key that is for another. */
  private static final String API_KEY_ENV = "api_key_env";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final AgentProgram program;
  private final AdapterContext context;
  private final ProgramPath path;

  private final Set<String> keys;

  private ProgramAdapter(
      AgentProgram program, AdapterContext context, ProgramPath path, Set<String> keys) {
    this.program = program;
    this.context = context;
    this.path = path;
    this.keys = keys;
  }

  static Adapter create(AgentProgram program, AdapterContext context) throws AdapterException {
    boolean withoutKeys = context.settings().getOrDefault(API_KEY_ENV, "set").isBlank();
    context.refuseSettingsBeyond(withoutKeys ? Set.of(PROGRAM, API_KEY_ENV) : Set.of(PROGRAM));
    String setting = "OWF_PROVIDER_" + program.name().toUpperCase(Locale.ROOT) + "_PROGRAM";
    String name = context.settings().getOrDefault(PROGRAM, program.name());
    if (name.isBlank()) {
      throw new AdapterException(
          Kind.UNAVAILABLE, setting + " is empty; it must name a program, or not be set");
    }
    return new ProgramAdapter(
        program,
        context,
        new ProgramPath(name, program.install(), setting),
        withoutKeys ? Set.of() : program.secrets());
  }

  @Override
  public AgentReply invoke(AgentCall call, CallContext callContext)
      throws AdapterException, InterruptedException {
    FailureRedactor discretion = FailureRedactor.about(keys, context, call.prompt());
    try (CallFiles files = new CallFiles()) {
      AgentEventParser conversation =
          program.open(call, callContext, new AgentProgram.Start(context.environment(), files));
      List<String> command = new ArrayList<>();
      command.add(path.find(context.environment()).toString());
      command.addAll(conversation.arguments());
      Map<String, String> environment = AgentEnvironment.of(call, context, discretion.secrets());
      environment.putAll(conversation.environment());
      AgentProcess process =
          new AgentProcess(
              command, call.workingDirectory(), environment, conversation.input(call.prompt()));
      AgentProcess.Exit exit = process.run(listener(conversation, callContext));
      return conversation.reply(discretion.applyTo(exit));
    } catch (AdapterException e) {
      throw discretion.applyTo(e);
    }
  }

  private static Listener listener(AgentEventParser conversation, CallContext context) {
    return new Listener() {
      @Override
      public void line(String line) {
        onEvent(line, conversation, context);
      }

      @Override
      public void lineLeftOut() {
        conversation.onSkippedLine();
      }

      @Override
      public boolean isComplete() {
        return conversation.isComplete();
      }
    };
  }

  private static void onEvent(String line, AgentEventParser conversation, CallContext context) {
    if (line.isBlank()) {
      return;
    }
    JsonNode event;
    try {
      event = JSON.readTree(line);
    } catch (JacksonException e) {
      // A transcript's lines are JSON: what is none becomes a string.
      context.transcript(JSON.writeValueAsString(line.strip()));
      if (line.startsWith("{\"")) {
        conversation.onSkippedLine(); // A broken event, and no remark of somebody's.
      }
      return;
    }
    context.transcript(line.strip());
    if (event.isObject()) {
      conversation.onEvent(event);
    }
  }
}
