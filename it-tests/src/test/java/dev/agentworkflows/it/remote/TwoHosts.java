package dev.agentworkflows.it.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Two network namespaces that a cable joins, and nothing else: what one of them listens on, neither
 * this machine nor its network can reach. They are gone with the test, and with its process.
 */
final class TwoHosts implements AutoCloseable {

  /** Of the addresses that are kept free for documentation (RFC 5737). */
  static final String SERVER = "192.0.2.1";

  private static final String LAPTOP = "192.0.2.2";
  private static final String PREFIX = "owf-it-";
  private static final String CABLE = "cable";
  private static final long PATIENCE_SECONDS = 10;

  private final String server;
  private final String laptop;
  private final Thread atTheEnd = new Thread(this::remove, "namespaces");

  private TwoHosts(long process) {
    server = PREFIX + process + "-server";
    laptop = PREFIX + process + "-laptop";
  }

  /** Skips the test where namespaces can't be made, and says why. */
  static TwoHosts joined() {
    Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux"), "network namespaces take Linux");
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "network namespaces take root");
    removeLeftOvers();
    TwoHosts hosts = new TwoHosts(ProcessHandle.current().pid());
    Runtime.getRuntime().addShutdownHook(hosts.atTheEnd);
    try {
      hosts.lay();
      return hosts;
    } catch (AssertionError e) {
      hosts.close();
      return Assumptions.abort("network namespaces can't be made here: " + e.getMessage());
    }
  }

  /** Made between the two at once: no end of it is ever this machine's own. */
  private void lay() {
    must("netns", "add", server);
    must("netns", "add", laptop);
    must(
        "-n", server, "link", "add", CABLE, "type", "veth", "peer", "name", CABLE, "netns", laptop);
    must("-n", server, "address", "add", SERVER + "/30", "dev", CABLE);
    must("-n", laptop, "address", "add", LAPTOP + "/30", "dev", CABLE);
    for (String host : List.of(server, laptop)) {
      must("-n", host, "link", "set", "lo", "up");
      must("-n", host, "link", "set", CABLE, "up");
    }
  }

  /** What starts a program on the coordinator's host. */
  List<String> onServer() {
    return on(server);
  }

  /** What starts a program on the script's host. */
  List<String> onLaptop() {
    return on(laptop);
  }

  private static List<String> on(String host) {
    return List.of("ip", "netns", "exec", host);
  }

  /** The processes that run on the coordinator's host, by their ids. */
  List<Long> serverProcesses() {
    return processes(server);
  }

  List<Long> laptopProcesses() {
    return processes(laptop);
  }

  private static List<Long> processes(String host) {
    return must("netns", "pids", host).lines().map(Long::valueOf).toList();
  }

  /** Nothing gets through, and the laptop's programs have no route to send by. */
  void pullTheCable() {
    must("-n", laptop, "link", "set", CABLE, "down");
  }

  void plugItIn() {
    must("-n", laptop, "link", "set", CABLE, "up");
  }

  // ------------------------------------------------------------ the end

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atTheEnd);
    remove();
  }

  private void remove() {
    // The cable goes with its ends.
    ip("netns", "delete", laptop);
    ip("netns", "delete", server);
  }

  /** Those of tests that were killed. */
  private static void removeLeftOvers() {
    for (String line : ip("netns", "list").text().lines().toList()) {
      String name = line.split(" ", 2)[0];
      if (name.matches(PREFIX + "\\d{1,18}-\\w+")
          && ProcessHandle.of(Long.parseLong(name.split("-")[2])).isEmpty()) {
        ip("netns", "delete", name);
      }
    }
  }

  private record Said(boolean fine, String text) {}

  private static String must(String... arguments) {
    Said said = ip(arguments);
    if (!said.fine()) {
      throw new AssertionError("ip " + String.join(" ", arguments) + ": " + said.text());
    }
    return said.text();
  }

  private static Said ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          return new Said(false, "no end within " + PATIENCE_SECONDS + " s");
        }
        // A few lines, which the pipe has held.
        byte[] text = process.getInputStream().readAllBytes();
        return new Said(process.exitValue() == 0, new String(text, StandardCharsets.UTF_8).strip());
      } finally {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Said(false, "interrupted");
    } catch (IOException e) {
      return new Said(false, e.getMessage() + " (Debian has it in iproute2)");
    }
  }
}
