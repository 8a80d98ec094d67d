package dev.agentworkflows.adapter.gemini;

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

/** The provider {@code gemini}. */
public final class GeminiAdapterFactory implements AdapterFactory {

  private static final String MODEL = "gemini-3.8-flash";

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
    return Optional.of(MODEL);
  }

  @Override
  public Set<String> secrets() {
    return Set.of("GEMINI_API_KEY", "GOOGLE_API_KEY");
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    EndpointSettings defaults =
        new EndpointSettings(
            MODEL,
            "https://generativelanguage.googleapis.com/v1beta",
            List.of("GEMINI_API_KEY", "GOOGLE_API_KEY"),
            null);
    return new HttpAdapter(context, defaults, new GenerateContent());
  }
}
