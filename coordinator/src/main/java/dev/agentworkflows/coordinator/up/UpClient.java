package dev.agentworkflows.coordinator.up;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.UpRefusal;
import dev.agentworkflows.coordinator.home.RuntimeDirectory;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;

/** Asks this user's coordinator about itself. */
public final class UpClient {

  /** Longer than a coordinator lets the commands take that it waits for at its end. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

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
    return asked(
        where,
        channel -> {
          SocketMessages.writeRequest(channel, SocketMessages.STATUS);
          return facts(SocketMessages.readPiece(channel, SocketMessages.FACTS));
        });
  }

  private static Facts facts(String lines) {
    Map<String, String> facts = new HashMap<>();
    for (String line : lines.split("\n", -1)) {
      String[] parts = line.split("=", 2);
      facts.put(parts[0], parts[parts.length - 1]);
    }
    return new Facts(
        Long.parseLong(facts.getOrDefault("pid", "")),
        Instant.parse(facts.getOrDefault("since", "")),
        Long.parseLong(facts.getOrDefault("commands", "")),
        Duration.ofSeconds(Long.parseLong(facts.getOrDefault("idle_seconds", ""))));
  }

  /**
   * Has it stop, and waits until it has; not for scripts that go on in it, with which it ends.
   *
   * @return how many these are; empty when there was no coordinator
   */
  public static Optional<Integer> stop(RuntimeDirectory where) {
    return asked(
        where,
        channel -> {
          SocketMessages.writeRequest(channel, SocketMessages.STOP);
          try {
            String facts = SocketMessages.readPiece(channel, SocketMessages.FACTS);
            return Integer.parseInt(facts.replace("scripts=", ""));
          } catch (EOFException e) {
            return 0;
          }
        });
  }

  private interface Request<T> {
    T ask(SocketChannel channel) throws IOException;
  }

  private static <T> Optional<T> asked(RuntimeDirectory where, Request<T> request) {
    if (!where.isThere() || Files.notExists(where.socket())) {
      return Optional.empty();
    }
    Timer timer = new Timer("up-timeout", true);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // One that hangs takes nobody out of its queue, and connecting waits for a place there.
      timer.schedule(closing(channel), TIMEOUT.toMillis());
      channel.connect(UnixDomainSocketAddress.of(where.socket()));
      return Optional.of(request.ask(channel));
    } catch (AsynchronousCloseException e) {
      throw new RefusedException(new UpRefusal.NotAnswering(where.socket()), e);
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      timer.cancel();
    }
  }

  private static TimerTask closing(SocketChannel channel) {
    return new TimerTask() {
      @Override
      public void run() {
        try {
          channel.close();
        } catch (IOException e) {
          // Then its reader is told so, too.
        }
      }
    };
  }
}
