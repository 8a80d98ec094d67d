package dev.agentworkflows.it.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;
import tools.jackson.databind.JsonNode;

/**
 * A coordinator in one container, with Java and git, and a place for scripts in another, with
 * Python alone; the two share a network. What a container has is made for it: none of this
 * machine's directories is mounted.
 */
final class TwoContainers implements AutoCloseable {

  /** What the coordinator's container is called, also in its certificate. */
  private static final String NAME = "coordinator";

  private static final String ADDRESS = NAME + ":7443";
  private static final String HOME = "/srv/owf";
  private static final String CERTIFICATE = HOME + "/tls/self-signed.crt";
  private static final String TOKEN = HOME + "/operator-token";

  private static final String DOCKERFILE =
      """
      FROM eclipse-temurin:17-jre
      RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
      """;

  /** A repository as a person has one, and the coordinator instead of the shell. */
  private static final String SERVE =
      """
      set -e
      git config --global user.name 'A Person'; git config --global user.email person@example.org
      git init -q -b main /srv/app && cd /srv/app
      echo one > a.txt; git add -A; git commit -qm first
      exec java -cp /owf/coordinator.jar:/owf/tests dev.agentworkflows.coordinator.cli.Main \
        serve --listen %s --self-signed --home %s --workspace app=/srv/app
      """
          .formatted(ADDRESS, HOME);

  private final Network network = Network.newNetwork();
  private final GenericContainer<?> coordinator;
  private final GenericContainer<?> scripts;

  private TwoContainers() throws URISyntaxException {
    Path tests =
        Path.of(TwoContainers.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    coordinator =
        new GenericContainer<>(
                new ImageFromDockerfile().withFileFromString("Dockerfile", DOCKERFILE))
            .withNetwork(network)
            .withNetworkAliases(NAME)
            .withCreateContainerCmdModifier(create -> create.withHostName(NAME))
            .withCopyFileToContainer(
                MountableFile.forHostPath(System.getProperty("owf.jar")), "/owf/coordinator.jar")
            // The provider `shell`.
            .withCopyFileToContainer(MountableFile.forHostPath(tests), "/owf/tests")
            .withCommand("sh", "-c", SERVE)
            .waitingFor(Wait.forLogMessage(".*workspaces: app.*", 1))
            .withStartupTimeout(Duration.ofMinutes(2));
    scripts =
        new GenericContainer<>(DockerImageName.parse("python:3.12-slim"))
            .withNetwork(network)
            .withEnv("PYTHONPATH", "/owf/shim")
            .withEnv("PYTHONDONTWRITEBYTECODE", "1")
            .withCopyFileToContainer(
                MountableFile.forHostPath(
                    Path.of("../python-shim/src").toAbsolutePath().normalize()),
                "/owf/shim")
            .withCommand("sleep", "3600");
  }

  /** Skips the test where no Docker answers, or where it can't get its images, and says why. */
  static TwoContainers started(Owf owf) throws IOException, URISyntaxException {
    Assumptions.assumeTrue(mayAnswer(), "no Docker: there is neither DOCKER_HOST nor its socket");
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(), "no Docker answers here");
    TwoContainers containers = new TwoContainers();
    try {
      containers.coordinator.start();
      containers.scripts.start();
      containers.carry(owf, CERTIFICATE, "/owf/ca.crt", 0644);
      containers.carry(owf, TOKEN, "/owf/token", 0600);
      return containers;
    } catch (ContainerFetchException e) {
      containers.close();
      return Assumptions.abort("Docker can't get its images here: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      containers.close();
      throw e;
    }
  }

  /** Asking the library takes seconds and many lines where there is none. */
  private static boolean mayAnswer() {
    return System.getenv("DOCKER_HOST") != null
        || Files.exists(Path.of("/var/run/docker.sock"))
        || Files.exists(Path.of(System.getProperty("user.home"), ".docker/run/docker.sock"));
  }

  /** What an operator gives to whoever runs scripts. */
  private void carry(Owf owf, String from, String to, int mode) throws IOException {
    Path here = owf.directory().resolve("carried");
    Files.createDirectories(here.getParent());
    try {
      coordinator.copyFileFromContainer(from, here.toString());
      scripts.copyFileToContainer(Transferable.of(Files.readAllBytes(here), mode), to);
    } finally {
      Files.deleteIfExists(here);
    }
  }

  /** A run of this script in the other container; it may take as long as it likes. */
  CompletableFuture<ExecResult> run(String name, String text, String... options) {
    String script = "/owf/" + name + ".py";
    scripts.copyFileToContainer(Transferable.of(text), script);
    List<String> command =
        new ArrayList<>(
            List.of(
                "python",
                "-m",
                "agent_workflows",
                "run",
                script,
                "--json",
                "--cache-policy",
                "disabled",
                "--coordinator",
                ADDRESS,
                "--ca",
                "/owf/ca.crt",
                "--token-file",
                "/owf/token"));
    command.addAll(List.of(options));
    return CompletableFuture.supplyAsync(() -> in(scripts, command));
  }

  /** What a command that looks says of the coordinator's home. */
  JsonNode json(String... words) {
    List<String> command = new ArrayList<>(List.of("java", "-jar", "/owf/coordinator.jar"));
    command.addAll(List.of(words));
    command.addAll(List.of("--home", HOME, "--json"));
    ExecResult result = in(coordinator, command);
    assertThat(result.getExitCode()).as(result.toString()).isZero();
    return dev.agentworkflows.it.Json.read(result.getStdout());
  }

  /** What the repository's checkout looks like to git. */
  String status() {
    return in(coordinator, List.of("git", "-C", "/srv/app", "status", "--porcelain")).getStdout();
  }

  /** What runs in the coordinator's container, by command lines. */
  String processes() {
    return in(
            coordinator,
            List.of("sh", "-c", "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done"))
        .getStdout();
  }

  /** Nothing gets through between the two. */
  void part() {
    DockerClientFactory.lazyClient()
        .disconnectFromNetworkCmd()
        .withContainerId(scripts.getContainerId())
        .withNetworkId(network.getId())
        .withForce(true)
        .exec();
  }

  void join() {
    DockerClientFactory.lazyClient()
        .connectToNetworkCmd()
        .withContainerId(scripts.getContainerId())
        .withNetworkId(network.getId())
        .exec();
  }

  private static ExecResult in(GenericContainer<?> container, List<String> command) {
    try {
      return container.execInContainer(command.toArray(String[]::new));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    scripts.stop();
    coordinator.stop();
    network.close();
  }
}
