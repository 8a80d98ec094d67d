package dev.agentworkflows.it.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.it.isolation.Project;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A coordinator that was started with {@code serve}, and the command lines that lead to it. */
final class Served {

  private static final String[] NONE = {};

  private final Owf owf;
  private final OwfProcess process;
  private final JsonNode told;
  private final Host host;

  private Served(Owf owf, OwfProcess process, JsonNode told, Host host) {
    this.owf = owf;
    this.process = process;
    this.told = told;
    this.host = host;
  }

  /**
   * Where a coordinator runs.
   *
   * @param address what it listens on
   * @param name what it is called there
   * @param starter what starts a program there
   */
  record Host(String address, String name, List<String> starter) {

    static final Host THIS = new Host("127.0.0.1", "localhost", List.of());
  }

  /** On a free port, with the provider {@code shell}. */
  static Served start(Owf owf, Project workspace, String... options) {
    return start(Host.THIS, owf, workspace, "-Xmx1g", options);
  }

  /** The same on another host. */
  static Served on(Host host, Owf owf, Project workspace, String... options) {
    return start(host, owf, workspace, "-Xmx1g", options);
  }

  /** With so little memory. */
  static Served withHeap(Owf owf, Project workspace, String megabytes) {
    return start(Host.THIS, owf, workspace, "-Xmx" + megabytes + "m", NONE);
  }

  private static Served start(
      Host host, Owf owf, Project workspace, String heap, String[] options) {
    OwfProcess process =
        workspace
            .command("serve", "--json", "--listen", host.address() + ":0", "--workspace")
            .and("app=" + workspace.top)
            .and(
                List.of(options).contains("--home")
                    ? NONE
                    : new String[] {"--home", home(owf).toString()})
            .and(options)
            .with("JAVA_TOOL_OPTIONS", heap)
            .after(host.starter())
            .start();
    String said = process.awaitOutput("\"workspaces\"").awaitOutput("]\n}").output();
    return new Served(owf, process, Json.read(said), host);
  }

  static Path home(Owf owf) {
    return owf.directory().resolve("served-home");
  }

  OwfProcess process() {
    return process;
  }

  int port() {
    String address = told.get("address").stringValue();
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  Path tokenFile() {
    return Path.of(told.get("token_file").stringValue());
  }

  Path certificate() {
    return Path.of(told.get("certificate").stringValue());
  }

  String address() {
    return host.name() + ":" + port();
  }

  /** A command line that leads there, by another way than the usual one where a test has one. */
  Owf.Invocation command(String address, String... arguments) {
    Owf.Invocation command =
        owf.command(arguments)
            .and("--coordinator", address, "--token-file", tokenFile().toString());
    return told.get("tls").booleanValue() ? command.and("--ca", certificate().toString()) : command;
  }

  /** Asked where the coordinator is. */
  JsonNode json(String... arguments) {
    Owf.Finished finished = command(address(), arguments).and("--json").after(host.starter()).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.json();
  }

  /** The shim's own command line, as a machine has it where nothing but Python is installed. */
  Owf.Invocation shim(String... arguments) {
    return owf.program(List.of(Owf.python(), "-m", "agent_workflows"))
        .with("PYTHONPATH", Path.of("../python-shim/src").toAbsolutePath().normalize().toString())
        .with("PYTHONDONTWRITEBYTECODE", "1")
        .and(arguments);
  }

  Owf.Invocation joined(Owf.Invocation shim) {
    shim.and("--coordinator", address(), "--token-file", tokenFile().toString());
    return told.get("tls").booleanValue() ? shim.and("--ca", certificate().toString()) : shim;
  }
}
