package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A provider whose every answer a test decides, and that counts what it was asked. */
final class ScriptedAdapter implements Adapter, AdapterFactory {

  interface Script {
    AgentReply answer(AgentCall call, int attempt) throws AdapterException, InterruptedException;
  }

  private final List<String> prompts = new ArrayList<>();
  private final Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
  private final String name;
  private final int concurrency;
  private volatile Consumer<CallContext> tells = context -> {};
  private volatile Script script = (call, attempt) -> reply("answer to " + call.prompt());

  ScriptedAdapter(int concurrency) {
    this("scripted", concurrency);
  }

  ScriptedAdapter(String name, int concurrency) {
    this.name = name;
    this.concurrency = concurrency;
  }

  static AgentReply reply(String text) {
    return new AgentReply(text, "scripted-1", Usage.of(3, 4), new BigDecimal("0.01"));
  }

  void will(Script newScript) {
    this.script = newScript;
  }

  /** What the next attempt tells besides its answer. */
  void willTell(Consumer<CallContext> newTells) {
    this.tells = newTells;
  }

  /** What was asked, attempt by attempt. */
  synchronized List<String> prompts() {
    return List.copyOf(prompts);
  }

  @Override
  public AgentReply invoke(AgentCall call, CallContext context)
      throws AdapterException, InterruptedException {
    synchronized (this) {
      prompts.add(call.prompt());
    }
    Consumer<CallContext> told = tells;
    tells = nothing -> {};
    told.accept(context);
    return script.answer(call, context.attempt());
  }

  @Override
  public String name() {
    return name;
  }

  /** From now on it can do this in all calls. */
  void learn(Capability... more) {
    capabilities.addAll(List.of(more));
  }

  @Override
  public Set<Capability> capabilities() {
    return capabilities;
  }

  @Override
  public Optional<String> defaultModel() {
    return Optional.of(name);
  }

  @Override
  public int concurrency() {
    return concurrency;
  }

  @Override
  public Adapter create(AdapterContext context) {
    return this;
  }
}
