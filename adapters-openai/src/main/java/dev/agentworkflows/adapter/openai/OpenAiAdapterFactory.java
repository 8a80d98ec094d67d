package dev.agentworkflows.adapter.openai;

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

/**
 * The provider {@code openai}, and with another {@code base_url} any endpoint that speaks chat
 * completions.
 */
public final class OpenAiAdapterFactory implements AdapterFactory {

  private static final String MODEL = "gpt-6-sol";

  private static final String OPENAI = "https://api.openai.com/v1";

  @Override
  public String name() {
    return "openai";
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
  public Adapter create(AdapterContext context) throws AdapterException {
    EndpointSettings defaults =
        new EndpointSettings(MODEL, OPENAI, List.of("OPENAI_API_KEY"), null);
    boolean elsewhere = context.settings().containsKey("base_url");
    String tokenLimit = elsewhere ? "max_tokens" : "max_completion_tokens";
    return new HttpAdapter(context, defaults, new ChatCompletions(tokenLimit, true));
  }
}
