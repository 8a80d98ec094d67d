package dev.agentworkflows.testkit;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives one answer of a corpus, as an endpoint or as a program; the same one as often as asked. */
final class CorpusBackend implements AutoCloseable {

  private final Map<String, String> settings;
  private final @Nullable HttpServer server;

  private CorpusBackend(Map<String, String> settings, @Nullable HttpServer server) {
    this.settings = settings;
    this.server = server;
  }

  static CorpusBackend endpoint(CorpusEntry entry) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "application/json");
            entry.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = entry.body();
            exchange.sendResponseHeaders(entry.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return new CorpusBackend(Map.of("base_url", url), server);
  }

  /** A shell script that reads its prompt, prints the answer and ends. */
  static CorpusBackend program(CorpusEntry entry, Path directory) throws IOException {
    Path own = Files.createTempDirectory(directory, "program-");
    Path output = Files.write(own.resolve("output"), entry.body());
    Path errors = Files.writeString(own.resolve("errors"), entry.stderr());
    Path program =
        Files.writeString(
            own.resolve("program"),
            """
            #!/bin/sh
            cat > /dev/null
            cat '%s'
            cat '%s' >&2
            exit %d
            """
                .formatted(output, errors, entry.status() == 200 ? 0 : entry.status()));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new CorpusBackend(Map.of("program", program.toString()), null);
  }

  Map<String, String> settings() {
    return settings;
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
  }
}
