package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.LocalCoordinator;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.rpc.CoordinatorServer;
import dev.agentworkflows.coordinator.rpc.CoordinatorService;
import dev.agentworkflows.coordinator.rpc.Listening;
import dev.agentworkflows.coordinator.rpc.RemoteSessions;
import dev.agentworkflows.coordinator.rpc.Tokens;
import dev.agentworkflows.spi.AdapterFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * What {@code serve} puts together, in a process of its own, except that a run waits two seconds
 * for its shim instead of a minute: what is left of runs is to be gone soon after.
 */
final class HostileTarget {

  private HostileTarget() {}

  /** Takes a home and the operator's token; prints the port, and ends with its standard input. */
  public static void main(String[] args) throws Exception {
    Map<String, String> variables = System.getenv();
    Environment environment = Environment.of(variables);
    WorkflowHome home = environment.homes().made(Path.of(args[0]));
    String operator = args[1];
    Tokens tokens = Tokens.withOperator(() -> operator);
    NamedWorkspaces workspaces = new NamedWorkspaces(List.of(), home);
    RemoteSessions.Limits usual = RemoteSessions.Limits.USUAL;
    try (Providers providers = Providers.of(ServiceLoader.load(AdapterFactory.class), variables);
        OpenHome opened = OpenHome.open(home, environment, providers::redactor);
        LocalCoordinator coordinator =
            LocalCoordinator.start(opened, providers, workspaces.allowed(), null);
        RemoteSessions sessions =
            new RemoteSessions(
                coordinator.runs(),
                new CliHostedRuns(opened, providers, workspaces, environment, CommandTable::new),
                tokens,
                new RemoteSessions.Limits(
                    usual.runs(),
                    usual.callsOfARun(),
                    usual.bytesOfARun(),
                    usual.streamsOfARun(),
                    Duration.ofSeconds(2)));
        CoordinatorServer server =
            CoordinatorServer.listen(
                new Listening(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null),
                CoordinatorService.shared(coordinator.runs(), opened, sessions),
                tokens,
                providers.redactor(),
                Clock.systemUTC())) {
      System.out.println(server.port());
      System.out.flush();
      while (System.in.read() >= 0) {
        // It goes on until its parent is gone.
      }
      sessions.stop(Duration.ofSeconds(5));
    }
  }
}
