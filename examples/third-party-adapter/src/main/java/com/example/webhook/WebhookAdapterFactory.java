package com.example.webhook;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/**
 * The provider {@code webhook}: {@code OWF_PROVIDER_WEBHOOK_URL} is who is asked, {@code
 * OWF_PROVIDER_WEBHOOK_API_KEY_ENV} the name of its token when it is not {@code WEBHOOK_TOKEN}.
 */
public final class WebhookAdapterFactory implements AdapterFactory {

  static final String URL = "url";
  static final String API_KEY_ENV = "api_key_env";

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public Set<String> secrets() {
    return Set.of("WEBHOOK_TOKEN");
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    context.refuseSettingsBeyond(Set.of(URL, API_KEY_ENV));
    return new WebhookAdapter(url(context.settings().get(URL)), context);
  }

  private static URI url(String setting) throws AdapterException {
    if (setting == null) {
      throw new AdapterException(
          Kind.PERMANENT, "no URL is set; set OWF_PROVIDER_WEBHOOK_URL to the endpoint's");
    }
    try {
      URI url = new URI(setting);
      if (url.getHost() != null && Set.of("http", "https").contains(url.getScheme())) {
        return url;
      }
    } catch (URISyntaxException e) {
      // told below, together with what is a URI of another kind
    }
    throw new AdapterException(
        Kind.PERMANENT, "OWF_PROVIDER_WEBHOOK_URL is no http:// or https:// URL");
  }
}
