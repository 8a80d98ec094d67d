package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.LocalCoordinator;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.rpc.CoordinatorServer;
import dev.agentworkflows.coordinator.rpc.CoordinatorService;
import dev.agentworkflows.coordinator.rpc.Listening;
import dev.agentworkflows.coordinator.rpc.RemoteSessions;
import dev.agentworkflows.coordinator.rpc.Tokens;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "serve",
    description = "Keep a coordinator up that scripts on this and other machines join.")
@Manual(
    description =
        "Listens until Ctrl-C or SIGTERM, which lets runs end first. Beyond loopback it "
            + "takes TLS and a token. Providers' keys stay here: remote scripts never have "
            + "them.",
    examples = {
      "owf serve --workspace app=/srv/app",
      "owf serve --listen 0.0.0.0:7443 --self-signed --workspace app=/srv/app",
      "owf serve --listen 0.0.0.0:7443 --tls-cert host.crt --tls-key host.key"
    },
    exitCodes = {"130 Ended by Ctrl-C.", "143 Ended by SIGTERM."},
    seeAlso = {"run", "cancel", "docs/remote.md"})
final class ServeCommand extends Command {

  private static final int USUAL_PORT = 7443;

  /** How long runs may take to be recorded as interrupted. */
  private static final Duration STOPPING = Duration.ofSeconds(10);

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "Where to listen; port 0 is any free one. Beyond loopback it takes TLS. Default: 127.0.0.1:7443.")
  private String listen = "127.0.0.1:" + USUAL_PORT;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Certificates, PEM. Default: no TLS.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Their key, PEM, PKCS #8. Default: no TLS.")
  private @Nullable Path key;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description =
          "Clients must show a certificate that one of these has signed. Default: none is asked for.")
  private @Nullable Path clientCa;

  @Option(
      names = "--self-signed",
      description = "Make a certificate for a first try, and print its fingerprint.")
  private boolean selfSigned;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The operator's token. Default: one is made in the home.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--workspace",
      paramLabel = "NAME=DIR",
      description = "A directory that runs may name; may be repeated.")
  private List<String> workspaces = new ArrayList<>();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where runs are recorded. Default: OWF_HOME, else the project's .workflows.")
  private @Nullable Path home;

  @Option(names = "--ui", description = "Show runs in a browser on this machine, too.")
  private boolean ui;

  @Option(names = "--json", description = "Tell where it listens as one JSON document.")
  private boolean json;

  @Mixin private AdaptersOption adapters = new AdaptersOption();

  private final CountDownLatch signalled = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private final Commands.Opener commands;

  /**
   * @param commands what remote clients may have run
   */
  ServeCommand(Console screen, Environment environment, Commands.Opener commands) {
    super(screen, environment);
    this.commands = commands;
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    InetSocketAddress address = address();
    if (!address.getAddress().isLoopbackAddress() && !selfSigned && certificate == null) {
      throw withoutTls();
    }
    WorkflowHome where = environment().homes().made(environment().homes().place(home));
    Listening.@Nullable Tls tls = tls(where);
    if (!address.getAddress().isLoopbackAddress() && tls == null) {
      throw withoutTls();
    }
    NamedWorkspaces named = new NamedWorkspaces(workspaces, where);
    try (Providers providers = adapters.providers(screen(), environment());
        OpenHome opened = OpenHome.open(where, environment(), screen()::redactor)) {
      OperatorToken operator =
          OperatorToken.of(tokenFile, where, new SecureRandom(), providers.redactor());
      return serve(new Listening(address, tls), operator, opened, providers, named);
    }
  }

  private RefusedException withoutTls() {
    return new RefusedException(
        ("--listen %s is not this machine alone: TLS is missing.\n"
                + "Pass --tls-cert FILE --tls-key FILE, or --self-signed for a first try.")
            .formatted(listen));
  }

  private int serve(
      Listening listening,
      OperatorToken operator,
      OpenHome opened,
      Providers providers,
      NamedWorkspaces named) {
    Tokens tokens = Tokens.withOperator(operator::current);
    CliHostedRuns hosting = new CliHostedRuns(opened, providers, named, environment(), commands);
    try (LocalCoordinator coordinator =
            LocalCoordinator.start(opened, providers, named.allowed(), environment().limits());
        RemoteSessions sessions =
            new RemoteSessions(coordinator.runs(), hosting, tokens, RemoteSessions.Limits.USUAL);
        CoordinatorServer server =
            CoordinatorServer.listen(
                listening,
                CoordinatorService.shared(coordinator.runs(), opened, sessions),
                tokens,
                providers.redactor(),
                environment().clock());
        WebViewOption view = WebViewOption.open(ui, opened)) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::stopAtSignal, "signal"));
      print(listening, server.port(), operator, opened.home(), named, view.address());
      screen().requireOutput();
      signalled.await();
      sessions.stop(STOPPING);
      return ExitCode.FINE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    } finally {
      screen().flush();
      stopped.countDown();
    }
  }

  /** The virtual machine goes down when this returns; by then the runs are recorded. */
  private void stopAtSignal() {
    signalled.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Listening.@Nullable Tls tls(WorkflowHome where) {
    if (selfSigned) {
      if (certificate != null || key != null) {
        throw new RefusedException("--self-signed makes what --tls-cert and --tls-key would name.");
      }
      SelfSigned made = SelfSigned.in(where.directory().resolve("tls"), listen().host());
      return new Listening.Tls(made.certificate(), made.key(), clientCa);
    }
    if (certificate == null || key == null) {
      if (certificate != null || key != null || clientCa != null) {
        throw new RefusedException(
            "TLS needs both --tls-cert FILE and --tls-key FILE; "
                + (certificate == null ? "--tls-cert" : "--tls-key")
                + " is missing.");
      }
      return null;
    }
    return new Listening.Tls(certificate, key, clientCa);
  }

  private void print(
      Listening listening,
      int port,
      OperatorToken operator,
      WorkflowHome where,
      NamedWorkspaces named,
      @Nullable String webView) {
    Listening.Tls tls = listening.tls();
    String address = new HostAndPort(listen().host(), port).toString();
    String fingerprint = tls == null ? null : SelfSigned.fingerprint(tls.certificate());
    if (json) {
      ObjectNode document = Json.object();
      document.put("address", address);
      document.put("tls", tls != null);
      document.put("certificate_sha256", fingerprint);
      document.put("certificate", tls == null ? null : tls.certificate().toString());
      document.put("token_file", operator.file().toString());
      document.put("home", where.directory().toString());
      document.put("web_view", webView);
      named.names().forEach(document.putArray("workspaces")::add);
      screen().json(document);
    } else {
      screen().line("listening on " + address + (tls == null ? " (this machine alone)" : " (TLS)"));
      if (tls != null) {
        screen().line("certificate: " + tls.certificate());
        screen().line("  SHA-256 " + fingerprint);
      }
      screen().line("token file: " + operator.file());
      screen().line("home: " + where.directory());
      if (webView != null) {
        screen().line("web view: " + webView);
      }
      screen()
          .line(
              "workspaces: "
                  + (named.names().isEmpty() ? "none" : String.join(", ", named.names())));
    }
    screen().flush();
  }

  private HostAndPort listen() {
    return HostAndPort.of(listen)
        .orElseThrow(() ->
            new RefusedException(
                "--listen is '"
                    + listen
                    + "', where HOST:PORT was expected, as in 127.0.0.1:7443."));
  }

  private InetSocketAddress address() {
    HostAndPort given = listen();
    try {
      return new InetSocketAddress(InetAddress.getByName(given.host()), given.port());
    } catch (UnknownHostException e) {
      throw new RefusedException("--listen: the host '" + given.host() + "' is unknown.", e);
    }
  }
}
