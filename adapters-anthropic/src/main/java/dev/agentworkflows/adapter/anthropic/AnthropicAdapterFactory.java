package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.EndpointSettings;
import dev.agentworkflows.adapter.http.HttpAdapter;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The provider {@code anthropic}. */
public final class AnthropicAdapterFactory implements AdapterFactory {

  private static final String MODEL = "claude-sonnet-5-5";

  /**
   * The API wants a limit. Anthropic advises to stream what takes longer than ten minutes; the
   * fastest models write this much in less.
   */
  private static final int MAX_TOKENS = 20_000;

  @Override
  public String name() {
    return "anthropic";
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.NATIVE_SCHEMA);
  }

  @Override
  public Optional<String> defaultModel() {
    return Optional.of(MODEL);
  }

  @Override
  public Set<String> secrets() {
    return Set.of("ANTHROPIC_API_KEY");
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    EndpointSettings defaults =
        new EndpointSettings(
            MODEL, "https://api.anthropic.com", List.of("ANTHROPIC_API_KEY"), MAX_TOKENS);
    return new HttpAdapter(context, defaults, new Messages());
  }
}
