package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.rpc.RemoteAddress;
import dev.agentworkflows.coordinator.rpc.RemoteCommand;
import dev.agentworkflows.coordinator.shim.ShimProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A command line with {@code --coordinator HOST:PORT}: the command is carried out there instead of
 * in a home of this machine's.
 */
final class Remote {

  private static final String TLS = "--tls";

  private static final Set<String> SCRIPT_COMMANDS = Set.of("run", "resume");

  /** They work on files beside the database, and must not take another home for the one there. */
  private static final Set<String> COMMANDS_OVER_THERE = Set.of("apply", "export", "gc");

  private final Console screen;
  private final Environment environment;
  private final Map<String, String> found;
  private final boolean tls;
  private final List<String> command;

  private Remote(
      Console screen,
      Environment environment,
      Map<String, String> found,
      boolean tls,
      List<String> command) {
    this.screen = screen;
    this.environment = environment;
    this.found = found;
    this.tls = tls;
    this.command = command;
  }

  /** The command line without the options that lead there; empty when none does. */
  static Optional<Remote> of(Console screen, Environment environment, List<String> arguments) {
    Map<String, String> found = new TreeMap<>();
    List<String> command = new ArrayList<>();
    boolean tls = false;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String name =
          argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
      if (argument.equals(TLS)) {
        tls = true;
      } else if (!RemoteOptions.VARIABLES.containsKey(name)) {
        command.add(argument);
      } else if (!name.equals(argument)) {
        found.put(name, argument.substring(name.length() + 1));
      } else if (i + 1 < arguments.size()) {
        found.put(name, arguments.get(++i));
      } else {
        throw new RefusedException(name + " has no value.");
      }
    }
    boolean home = arguments.stream().anyMatch(a -> a.equals("--home") || a.startsWith("--home="));
    if (!home && isRemoteCommand(arguments.get(0))) {
      RemoteOptions.VARIABLES.forEach((option, variable) -> {
        String value = environment.variables().getOrDefault(variable, "");
        if (!value.isBlank()) {
          found.putIfAbsent(option, value);
        }
      });
    }
    if (COMMANDS_OVER_THERE.contains(arguments.get(0)) && !home) {
      refuseRemotely(arguments.get(0), found, environment);
    }
    return found.containsKey("--coordinator")
        ? Optional.of(new Remote(screen, environment, found, tls, command))
        : Optional.empty();
  }

  private static void refuseRemotely(
      String command, Map<String, String> found, Environment environment) {
    String coordinator =
        found.getOrDefault(
            "--coordinator", environment.variables().getOrDefault("OWF_COORDINATOR", ""));
    if (!coordinator.isBlank()) {
      throw new RefusedException(
          "`"
              + command
              + "` can't be asked of a remote coordinator, and "
              + coordinator
              + " is named.\nRun it on that machine, or name a home of this one with --home DIR.");
    }
  }

  /** What else there is, `init` or `doctor` for instance, is about this machine. */
  static boolean isRemoteCommand(String command) {
    return SCRIPT_COMMANDS.contains(command) || HostedCommands.names().contains(command);
  }

  /** Carries it out; gives the exit code. */
  int run() {
    if (SCRIPT_COMMANDS.contains(command.get(0))) {
      return script();
    }
    return command.get(0).equals("report") ? report() : show(command, columns(), screen.out());
  }

  private int show(List<String> arguments, @Nullable Integer columns, OutputStream out) {
    return RemoteCommand.run(address(), arguments, columns, out, screen.err());
  }

  /** Of the terminal that people look at, so that nothing which drives one is sent; else null. */
  private @Nullable Integer columns() {
    if (!screen.onTerminal()) {
      return null;
    }
    String columns = environment.variables().getOrDefault("COLUMNS", "");
    return columns.matches("[1-9]\\d{1,3}") ? Integer.valueOf(columns) : Integer.valueOf(80);
  }

  /** The report is printed there and written here. */
  private int report() {
    List<String> arguments = new ArrayList<>(command);
    String file = null;
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals("--out") && i + 1 < arguments.size()) {
        file = arguments.remove(i + 1);
        arguments.remove(i);
        break;
      }
      if (arguments.get(i).startsWith("--out=")) {
        file = arguments.remove(i).substring("--out=".length());
        break;
      }
    }
    if (!arguments.contains("--stdout")) {
      arguments.add("--stdout");
    }
    if (file == null) {
      return show(arguments, columns(), screen.out());
    }
    ByteArrayOutputStream report = new ByteArrayOutputStream();
    int code = show(arguments, null, report);
    if (code == ExitCode.FINE) {
      write(Path.of(file).toAbsolutePath(), report.toByteArray());
    }
    return code;
  }

  private void write(Path target, byte[] report) {
    try {
      Files.write(target, report);
    } catch (IOException e) {
      throw new RefusedException("cannot write " + target + ": " + FileErrors.reason(e) + ".", e);
    }
    screen.line(target.toString());
  }

  /** The script runs here, in the user's own Python; the shim finds the way by itself. */
  private int script() {
    List<String> arguments = new ArrayList<>(command);
    found.forEach((option, value) -> {
      arguments.add(option);
      arguments.add(value);
    });
    if (tls) {
      arguments.add(TLS);
    }
    String python = null;
    int option = arguments.indexOf("--python");
    if (option >= 0 && option + 1 < arguments.size()) {
      python = arguments.remove(option + 1);
      arguments.remove(option);
    }
    screen.flush();
    return ShimProcess.runAtRemoteCoordinator(
        environment.python(python), arguments, environment.cache());
  }

  private RemoteAddress address() {
    String coordinator = found.getOrDefault("--coordinator", "");
    HostAndPort address =
        HostAndPort.of(coordinator)
            .filter(given -> given.port() > 0)
            .orElseThrow(() ->
                new RefusedException(
                    "--coordinator is '" + coordinator + "', where HOST:PORT was expected."));
    return new RemoteAddress(
        address.host(),
        address.port(),
        tls || found.containsKey("--ca") || !isLoopback(address.host()),
        path("--ca"),
        path("--client-cert"),
        clientKey(),
        token());
  }

  /** In a file of its own, or in the certificate's. */
  private @Nullable Path clientKey() {
    Path certificate = path("--client-cert");
    Path key = path("--client-key");
    if (certificate == null && key != null) {
      throw new RefusedException("--client-key is given without --client-cert.");
    }
    Path file = key == null ? certificate : key;
    try {
      if (file != null && PrivateFiles.isOpenToOthers(file)) {
        throw new RefusedException(
            "the client key " + file + " can be read by others.\nRun: chmod 600 " + file);
      }
    } catch (IOException e) {
      throw new RefusedException(
          "cannot read the client key " + file + ": " + FileErrors.reason(e) + ".", e);
    }
    return file;
  }

  private @Nullable Path path(String option) {
    String value = found.get(option);
    return value == null ? null : Path.of(value);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new RefusedException("--coordinator: the host '" + host + "' is unknown.", e);
    }
  }

  private String token() {
    String token = givenToken();
    screen.redactor().learn("OWF_TOKEN", token);
    return token;
  }

  private String givenToken() {
    Path file = path("--token-file");
    if (file != null) {
      return OperatorToken.read(file);
    }
    String token = environment.variables().getOrDefault("OWF_TOKEN", "").strip();
    if (token.isEmpty()) {
      throw new RefusedException(
          "no token: pass --token-file FILE, or set OWF_TOKEN_FILE or OWF_TOKEN.");
    }
    return token;
  }
}
