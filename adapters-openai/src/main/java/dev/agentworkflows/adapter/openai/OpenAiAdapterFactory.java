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
  public Set<String> secrets() {
    return Set.of("OPENAI_API_KEY");
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    EndpointSettings defaults =
        new EndpointSettings(MODEL, OPENAI, List.of("OPENAI_API_KEY"), null);
    String baseUrl = context.settings().getOrDefault("base_url", OPENAI);
    return new HttpAdapter(context, defaults, new ChatCompletions(tokenLimit(baseUrl), true));
  }

  /** OpenAI's newer models refuse {@code max_tokens}, and most others know nothing else. */
  static String tokenLimit(String baseUrl) {
    boolean openAi =
        baseUrl.isBlank()
            || baseUrl.contains("openai.com/")
            || baseUrl.contains("openai.azure.com/");
    return openAi ? "max_completion_tokens" : "max_tokens";
  }
}
