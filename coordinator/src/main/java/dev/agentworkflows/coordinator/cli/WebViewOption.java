package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.web.ViewedHome;
import dev.agentworkflows.coordinator.web.WebView;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.Store;
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

  static WebViewOption open(
      boolean wanted,
      WorkflowHome home,
      Store store,
      Providers providers,
      Environment environment) {
    if (!wanted) {
      return new WebViewOption(null, null);
    }
    Worktrees worktrees =
        new Worktrees(environment.variables(), AllowedWorkspaces.any(), home.directory());
    WebView view =
        WebView.open(
            new ViewedHome(home, store, worktrees, providers.redactor(), environment.clock()),
            0,
            new SecureRandom());
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
