package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.Dialect;
import dev.agentworkflows.adapter.http.EndpointSettings;
import dev.agentworkflows.adapter.http.HttpAdapterFactory;
import dev.agentworkflows.adapter.http.KeyedEndpoint;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.Capability;
import java.util.List;
import java.util.Set;

/**
 * The provider {@code openai}, and with another {@code base_url} any endpoint that speaks chat
 * completions.
 */
public final class OpenAiAdapterFactory extends HttpAdapterFactory {

  private static final String OPENAI = "https://api.openai.com/v1";

  public OpenAiAdapterFactory() {
    super("openai", new EndpointSettings("gpt-6-sol", OPENAI, List.of("OPENAI_API_KEY"), null));
  }

  @Override
  protected Dialect dialect(AdapterContext context) {
    return new ChatCompletions(
        tokenLimit(context.settings().getOrDefault("base_url", OPENAI)), true);
  }

  /** OpenAI's newer models refuse {@code max_tokens}, and most others know nothing else. */
  static String tokenLimit(String baseUrl) {
    boolean openAi =
        baseUrl.isBlank()
            || baseUrl.contains("openai.com/")
            || baseUrl.contains("openai.azure.com/");
    return openAi ? "max_completion_tokens" : "max_tokens";
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.NATIVE_SCHEMA, Capability.HISTORY, Capability.BATCHES);
  }

  @Override
  protected BatchApi batches(KeyedEndpoint endpoint) {
    return new OpenAiBatches(endpoint);
  }
}
