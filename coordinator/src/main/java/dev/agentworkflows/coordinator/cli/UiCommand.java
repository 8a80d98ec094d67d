package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.cli.refusal.RefusalText;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.web.ViewedHome;
import dev.agentworkflows.coordinator.web.WebView;
import dev.agentworkflows.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "ui",
    description = "Show runs in a browser on this machine, while they go on.")
@Manual(
    description =
        "It listens on 127.0.0.1 alone, until Ctrl-C. The address holds a token: whoever has it may"
            + " look at all runs of the home, and cancel them.",
    examples = {"owf ui", "owf ui --port 8080 --home project/.workflows", "owf ui --all-homes"},
    exitCodes = {"130 Ended by Ctrl-C.", "143 Ended by SIGTERM."},
    seeAlso = {"serve", "status", "report"})
final class UiCommand extends ReadingCommand {

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where to listen. Default: any that is free.")
  private int port;

  @Option(
      names = "--all-homes",
      description = "Those of all homes that you made or trusted on this machine.")
  private boolean allHomes;

  private final CountDownLatch signalled = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  UiCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean allHomes() {
    return allHomes;
  }

  @Override
  int show(OpenHome home) {
    return show(List.of(new ViewedHome(home)));
  }

  /** All stay open while they are shown; one that can't be opened is left out. */
  @Override
  int readAllHomes() {
    List<ViewedHome> homes = new ArrayList<>();
    try {
      for (Path one : all()) {
        try {
          WorkflowHome home = environment().homes().opened(one);
          if (Files.exists(home.database())) {
            homes.add(new ViewedHome(opened(home)));
          }
        } catch (RefusedException e) {
          screen().note("owf: left out: " + RefusalText.of(e));
        } catch (StoreException e) {
          screen().note("owf: left out: " + e.getMessage());
        }
      }
      if (homes.isEmpty()) {
        throw new RefusedException(
            "no run is recorded in any home of yours on this machine.\nRun a script first.");
      }
      return show(homes);
    } finally {
      homes.forEach(home -> home.open().close());
    }
  }

  private int show(List<ViewedHome> homes) {
    if (port < 0 || port > 65535) {
      throw new RefusedException(
          "--port is " + port + ", where a number from 0 to 65535 was expected.");
    }
    try (WebView view = WebView.open(homes, port, new SecureRandom())) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::stopAtSignal, "signal"));
      List<String> paths =
          homes.stream().map(home -> home.open().home().directory().toString()).toList();
      if (json()) {
        ObjectNode document = Json.object().put("url", view.address());
        if (allHomes) {
          ArrayNode all = document.putArray("homes");
          paths.forEach(all::add);
        } else {
          document.put("home", paths.get(0));
        }
        screen().json(document);
      } else {
        screen().line("web view: " + view.address());
        paths.forEach(path -> screen().line("home: " + path));
      }
      screen().requireOutput();
      signalled.await();
      return ExitCode.FINE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    } finally {
      stopped.countDown();
    }
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
