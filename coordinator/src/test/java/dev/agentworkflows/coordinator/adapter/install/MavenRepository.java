package dev.agentworkflows.coordinator.adapter.install;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A Maven repository on disk, which a server on loopback may also give out. */
final class MavenRepository implements AutoCloseable {

  private static final int NOT_FOUND = 404;

  private final Path top;
  private final HttpServer server;
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();

  MavenRepository(Path top) throws IOException {
    this.top = top;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestURI().getPath());
          Path file = top.resolve(exchange.getRequestURI().getPath().substring(1));
          boolean there = Files.isRegularFile(file);
          byte[] content = there ? Files.readAllBytes(file) : new byte[0];
          exchange.sendResponseHeaders(there ? 200 : NOT_FOUND, there ? content.length : -1);
          if (there) {
            exchange.getResponseBody().write(content);
          }
          exchange.close();
        });
    server.start();
  }

  /** Without a server: a {@code file:} URL. */
  String fileUrl() {
    return top.toUri().toString();
  }

  String httpUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  /**
   * Publishes a jar with its checksums.
   *
   * @param dependencies each {@code GROUP:ARTIFACT:VERSION:SCOPE}
   */
  void publish(String coordinates, Path jar, String... dependencies) throws IOException {
    put(file(coordinates, "jar"), Files.readAllBytes(jar));
    StringBuilder pom = new StringBuilder("<project><modelVersion>4.0.0</modelVersion>");
    pom.append(element(coordinates.split(":"))).append("<dependencies>");
    for (String dependency : dependencies) {
      pom.append("<dependency>").append(element(dependency.split(":"))).append("</dependency>");
    }
    pom.append("</dependencies></project>");
    put(file(coordinates, "pom"), pom.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The file of an artifact: {@code jar}, {@code pom}, {@code jar.sha1}. */
  Path file(String coordinates, String extension) {
    String[] parts = coordinates.split(":");
    return top.resolve(parts[0].replace('.', '/'))
        .resolve(parts[1])
        .resolve(parts[2])
        .resolve(parts[1] + "-" + parts[2] + "." + extension);
  }

  private static String element(String... parts) {
    String scope = parts.length > 3 ? "<scope>" + parts[3] + "</scope>" : "";
    return "<groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>%s"
        .formatted(parts[0], parts[1], parts[2], scope);
  }

  private static void put(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(content);
      Files.writeString(
          file.resolveSibling(file.getFileName() + ".sha1"), HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
