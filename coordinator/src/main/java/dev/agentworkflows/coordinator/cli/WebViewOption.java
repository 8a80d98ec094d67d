package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.web.ViewedHome;
import dev.agentworkflows.coordinator.web.WebView;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** The web view beside a coordinator, where it is asked for; nothing of it is loaded elsewhere. */
final class WebViewOption implements AutoCloseable {

  private final @Nullable AutoCloseable view;
  private final @Nullable String address;

  private WebViewOption(@Nullable AutoCloseable view, @Nullable String address) {
    this.view = view;
    this.address = address;
  }

  static WebViewOption open(boolean wanted, OpenHome home) {
    if (!wanted) {
      return new WebViewOption(null, null);
    }
    WebView view = WebView.open(new ViewedHome(home), 0, new SecureRandom());
    return new WebViewOption(view, view.address());
  }

  /** Null when nobody asked for it. */
  @Nullable String address() {
    return address;
  }

  @Override
  public void close() {
    if (view instanceof WebView open) {
      open.close();
    }
  }
}
