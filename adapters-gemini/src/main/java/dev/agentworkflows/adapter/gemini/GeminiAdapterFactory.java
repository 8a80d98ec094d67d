package dev.agentworkflows.adapter.gemini;

import dev.agentworkflows.adapter.http.Dialect;
import dev.agentworkflows.adapter.http.EndpointSettings;
import dev.agentworkflows.adapter.http.HttpAdapterFactory;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.Capability;
import java.util.List;
import java.util.Set;

/** The provider {@code gemini}. */
public final class GeminiAdapterFactory extends HttpAdapterFactory {

  public GeminiAdapterFactory() {
    super(
        "gemini",
        new EndpointSettings(
            "gemini-3.8-flash",
            "https://generativelanguage.googleapis.com",
            List.of("GEMINI_API_KEY", "GOOGLE_API_KEY"),
            null));
  }

  @Override
  public Set<String> aliases() {
    return Set.of("google");
  }

  @Override
  protected Set<Capability> more() {
    return Set.of(Capability.IMAGES, Capability.PDFS);
  }

  @Override
  protected Dialect dialect(AdapterContext context) {
    return new GenerateContent();
  }
}
