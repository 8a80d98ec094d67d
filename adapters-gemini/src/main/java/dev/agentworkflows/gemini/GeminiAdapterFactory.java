package dev.agentworkflows.gemini;

import dev.agentworkflows.http.EndpointSettings;
import dev.agentworkflows.http.HttpAdapter;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The provider {@code gemini}. */
public final class GeminiAdapterFactory implements AdapterFactory {

  @Override
  public String name() {
    return "gemini";
  }

  @Override
  public Set<String> aliases() {
    return Set.of("google");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.NATIVE_SCHEMA);
  }

  @Override
  public Optional<String> defaultModel() {
    return Optional.of("gemini-3.8-flash");
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    EndpointSettings defaults =
        new EndpointSettings(
            "https://generativelanguage.googleapis.com/v1beta",
            List.of("GEMINI_API_KEY", "GOOGLE_API_KEY"),
            null);
    return new HttpAdapter(context, defaults, new GenerateContent());
  }
}
