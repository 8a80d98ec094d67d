package dev.agentworkflows.adapter.anthropic;

import dev.agentworkflows.adapter.http.Dialect;
import dev.agentworkflows.adapter.http.EndpointSettings;
import dev.agentworkflows.adapter.http.HttpAdapterFactory;
import dev.agentworkflows.adapter.http.KeyedEndpoint;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.Capability;
import java.util.List;
import java.util.Set;

/** The provider {@code anthropic}. */
public final class AnthropicAdapterFactory extends HttpAdapterFactory {

  /**
   * The API wants a limit. Anthropic advises to stream what takes longer than ten minutes; the
   * fastest models write this much in less.
   */
  private static final int MAX_TOKENS = 20_000;

  public AnthropicAdapterFactory() {
    super(
        "anthropic",
        new EndpointSettings(
            "claude-sonnet-5-5",
            "https://api.anthropic.com",
            List.of("ANTHROPIC_API_KEY"),
            MAX_TOKENS));
  }

  @Override
  protected Dialect dialect(AdapterContext context) {
    return new Messages();
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.NATIVE_SCHEMA, Capability.HISTORY, Capability.BATCHES);
  }

  @Override
  protected BatchApi batches(KeyedEndpoint endpoint) {
    return new MessageBatches(endpoint);
  }
}
