package dev.agentworkflows.coordinator.web;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ServerRefusal;
import dev.agentworkflows.coordinator.http.HttpFloods;
import dev.agentworkflows.coordinator.http.LocalHttp;
import dev.agentworkflows.coordinator.report.PageStyle;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;

/**
 * A page on this machine that shows the runs of homes while they go on. Listens on 127.0.0.1 alone;
 * whoever has the address with its token may look, and cancel runs.
 */
public final class WebView implements AutoCloseable {

  private static final int TOKEN_BYTES = 32;

  /** The files of the page: where they are asked for, and what they are. */
  private static final Map<String, String> FILES =
      Map.of(
          "/", "index.html text/html",
          "/app.js", "app.js text/javascript",
          "/app.css", "app.css text/css",
          "/icon.svg", "icon.svg image/svg+xml");

  private final HttpServer server;
  private final ExecutorService threads;
  private final CountDownLatch closing;
  private final String token;
  private final HttpFloods floods;

  private WebView(
      HttpServer server, ExecutorService threads, CountDownLatch closing, String token) {
    this.floods = HttpFloods.watch(server.getAddress().getPort());
    this.server = server;
    this.threads = threads;
    this.closing = closing;
    this.token = token;
  }

  /**
   * Begins to listen.
   *
   * @param port 0 for any
   * @throws RefusedException when the port is taken
   */
  public static WebView open(ViewedHome viewed, int port, SecureRandom random) {
    return open(List.of(viewed), port, random);
  }

  /** The same for several homes, of which there is at least one. */
  public static WebView open(List<ViewedHome> homes, int port, SecureRandom random) {
    byte[] secret = new byte[TOKEN_BYTES];
    random.nextBytes(secret);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    HttpServer server = listen(port);
    ExecutorService threads = LocalHttp.threads("web-view");
    CountDownLatch closing = new CountDownLatch(1);
    RequestFilter gate = new RequestFilter(token);
    for (HttpContext context :
        new HttpContext[] {
          server.createContext("/", WebView::file),
          server.createContext("/api/", new Api(homes, closing))
        }) {
      context.getFilters().add(gate);
    }
    server.setExecutor(threads);
    server.start();
    return new WebView(server, threads, closing, token);
  }

  private static HttpServer listen(int port) {
    LocalHttp.setBounds();
    try {
      InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      return HttpServer.create(new InetSocketAddress(here, port), 0);
    } catch (IOException e) {
      throw new RefusedException(
          new ServerRefusal.CannotListen(
              ServerRefusal.Server.WEB_VIEW, "127.0.0.1:" + port, e.getMessage()),
          e);
    }
  }

  /** The address of the page; what follows the {@code #} is sent to nobody. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/#token=" + token;
  }

  private static void file(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      HttpResponses.refuse(exchange, 405, "Pages can be got, nothing else.");
    } else if (path.equals("/page.css")) {
      byte[] sheet = PageStyle.sheet().getBytes(StandardCharsets.UTF_8);
      HttpResponses.send(exchange, 200, "text/css; charset=utf-8", sheet);
    } else if (FILES.containsKey(path)) {
      String[] file = FILES.get(path).split(" ");
      HttpResponses.send(exchange, 200, file[1] + "; charset=utf-8", resource(file[0]));
    } else {
      HttpResponses.refuse(exchange, 404, "There is no such page.");
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream resource = WebView.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IOException(name + " is missing in this build");
      }
      return resource.readAllBytes();
    }
  }

  /** Ends all feeds, and listens no more. */
  @Override
  public void close() {
    closing.countDown();
    floods.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
