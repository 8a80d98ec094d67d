package dev.agentworkflows.coordinator.cli.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What the machine itself has to offer. */
final class SystemChecks {

  private static final int OLDEST_JAVA = 17;

  /** No clock that shows an earlier time is right: this program is younger. */
  private static final Instant BUILT_AFTER = Instant.parse("2026-01-01T00:00:00Z");

  private static final Instant SURELY_WRONG = Instant.parse("2100-01-01T00:00:00Z");

  private SystemChecks() {}

  /** An older one can't even load this class; asked all the same, for the version's sake. */
  static List<Finding> java(int feature) {
    String found = Runtime.version() + " at " + System.getProperty("java.home");
    return List.of(
        feature < OLDEST_JAVA
            ? Finding.fault("java", found + ": install a JDK 17 or newer, or set JAVA_HOME to one.")
            : Finding.ok("java", found));
  }

  static List<Finding> locale(String encoding) {
    String name = encoding.toUpperCase(Locale.ROOT);
    return List.of(
        name.equals("UTF-8") || name.equals("UTF8")
            ? Finding.ok("locale", "UTF-8")
            : Finding.fault(
                "locale",
                "the locale's encoding is "
                    + encoding
                    + ": file names and arguments outside of it can't be read."
                    + " Set LC_ALL=C.UTF-8."));
  }

  static List<Finding> clock(Clock clock) {
    Instant now = clock.instant();
    return List.of(
        now.isBefore(BUILT_AFTER) || now.isAfter(SURELY_WRONG)
            ? Finding.fault(
                "clock",
                "the clock says "
                    + now
                    + ", which can't be: certificates would be refused and runs sorted wrongly."
                    + " Set the clock.")
            : Finding.ok("clock", now.toString()));
  }

  /** The script's process joins its coordinator there. */
  static List<Finding> loopback() {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      return List.of(Finding.ok("loopback", "port " + accepted.getLocalPort() + " could be used"));
    } catch (IOException e) {
      return List.of(
          Finding.fault(
              "loopback",
              "no connection over 127.0.0.1 ("
                  + e.getMessage()
                  + "): a script joins its coordinator there. Bring up the interface `lo`, and let"
                  + " the firewall or sandbox pass it."));
    }
  }
}
