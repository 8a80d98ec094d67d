package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.web.ViewedHome;
import dev.agentworkflows.coordinator.web.WebView;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.RunStore;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "ui",
    description = "Show runs in a browser on this machine, while they go on.")
@Manual(
    description =
        "It listens on 127.0.0.1 alone, until Ctrl-C. The address holds a token: whoever has it may"
            + " look at all runs of the home, and cancel them.",
    examples = {"owf ui", "owf ui --port 8080 --home project/.workflows"},
    exitCodes = {"130 Ended by Ctrl-C.", "143 Ended by SIGTERM."},
    seeAlso = {"serve", "status", "report"})
final class UiCommand extends ReadingCommand {

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where to listen. Default: any that is free.")
  private int port;

  private final CountDownLatch signalled = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  UiCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int look(RunStore store, WorkflowHome where) {
    if (port < 0 || port > 65535) {
      throw new RefusedException(
          "--port is " + port + ", where a number from 0 to 65535 was expected.");
    }
    try (WebView view = open(store, where)) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::stopAtSignal, "signal"));
      if (json()) {
        screen()
            .json(
                Json.object().put("url", view.address()).put("home", where.directory().toString()));
      } else {
        screen().line("web view: " + view.address());
        screen().line("home: " + where.directory());
      }
      screen().flush();
      signalled.await();
      return ExitCode.FINE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    } finally {
      stopped.countDown();
    }
  }

  private WebView open(RunStore store, WorkflowHome where) {
    Worktrees worktrees =
        new Worktrees(environment().variables(), AllowedWorkspaces.any(), where.directory());
    ViewedHome viewed =
        new ViewedHome(where, store, worktrees, screen().redactor(), environment().clock());
    return WebView.open(viewed, port, new SecureRandom());
  }

  /** The virtual machine goes down when this returns; by then the port is free. */
  private void stopAtSignal() {
    signalled.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
