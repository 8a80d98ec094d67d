package dev.agentworkflows.coordinator.up;

import dev.agentworkflows.coordinator.home.RuntimeDirectory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Asks this user's coordinator about itself. */
public final class UpClient {

  private UpClient() {}

  /**
   * What a coordinator says of itself.
   *
   * @param commands carried out so far
   * @param idle it ends after so long without one; never when that is nothing
   */
  public record Facts(long pid, Instant since, long commands, Duration idle) {}

  /** Of the one that listens; empty when none does. */
  public static Optional<Facts> facts(RuntimeDirectory where) {
    if (!where.isThere() || Files.notExists(where.socket())) {
      return Optional.empty();
    }
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(where.socket()))) {
      SocketMessages.writeRequest(channel, SocketMessages.STATUS);
      Map<String, String> facts = new HashMap<>();
      for (String line :
          SocketMessages.readPiece(channel, SocketMessages.FACTS).split("\n", -1)) {
        String[] parts = line.split("=", 2);
        facts.put(parts[0], parts[parts.length - 1]);
      }
      return Optional.of(
          new Facts(
              Long.parseLong(facts.getOrDefault("pid", "")),
              Instant.parse(facts.getOrDefault("since", "")),
              Long.parseLong(facts.getOrDefault("commands", "")),
              Duration.ofSeconds(Long.parseLong(facts.getOrDefault("idle_seconds", "")))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Has it stop, and waits until it has; false when there was none. */
  public static boolean stop(RuntimeDirectory where) {
    if (!where.isThere() || Files.notExists(where.socket())) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(where.socket()))) {
      SocketMessages.writeRequest(channel, SocketMessages.STOP);
      return channel.read(ByteBuffer.allocate(1)) < 0;
    } catch (IOException e) {
      return false;
    }
  }
}
