package dev.agentworkflows.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.FileState;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.coordinator.testing.TestHome;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets what: seen by sockets, since HTTP clients do not lie about the host. */
class WebViewTest {

  private static final String KEY = "sk-known-key-0123456789";

  @TempDir Path directory;
  private Store store;
  private WebView view;
  private int port;
  private String token;

  @BeforeEach
  void open() {
    store = Store.open(directory.resolve("workflow.sqlite"));
    store.writer().addRun(Records.run("run_1").workflowName("a " + KEY + " <b>").build()).join();
    ViewedHome viewed = viewed(directory, store, Map.of("A_KEY", KEY));
    view = WebView.open(viewed, 0, new SecureRandom());
    port = URI.create(view.address()).getPort();
    token = view.address().substring(view.address().indexOf('=') + 1);
  }

  @AfterEach
  void close() {
    view.close();
    store.close();
  }

  private String ask(String method, String path, String... headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      request.append("Connection: close\r\n\r\n");
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String host() {
    return "Host: 127.0.0.1:" + port;
  }

  private String authorization() {
    return "Authorization: Bearer " + token;
  }

  @Test
  void whoHasTheTokenIsTold() throws IOException {
    assertThat(ask("GET", "/api/runs/run_1", host(), authorization()))
        .startsWith("HTTP/1.1 200")
        .contains("text/event-stream", "event: end");
  }

  @Test
  void oneConnectionTellsOfSeveralRuns() throws IOException {
    store.writer().addRun(Records.run("run_2").workflowName("another").build()).join();

    // Without the lengths of the pieces that it is sent in.
    String told =
        ask("GET", "/api/feed?run_1&run_2&run_9", host(), authorization())
            .replaceAll("\r\n[0-9a-f]+\r\n", "");

    assertThat(told)
        .startsWith("HTTP/1.1 200")
        .contains("{\"topic\":\"run_9\",\"trouble\":\"There is no run run_9 in this home.\"}")
        .contains("{\"topic\":\"run_1\",\"news\":{", "{\"topic\":\"run_2\",\"news\":{")
        .contains("{\"topic\":\"run_1\",\"end\":true}", "{\"topic\":\"run_2\",\"end\":true}")
        .contains("a [redacted:A_KEY] &lt;b&gt;", "event: end")
        .doesNotContain(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "?a&", "?..", "?a%26b=c", "?a/b", "?%22", "?\u00fc"})
  void topicsAreNamesAndNothingElse(String query) throws IOException {
    assertThat(ask("GET", "/api/feed" + query, host(), authorization())).startsWith("HTTP/1.1 400");
  }

  @Test
  void whatIsToldHasNoKeyAndNoMarkupOfOthers() throws IOException {
    assertThat(ask("GET", "/api/runs/run_1", host(), authorization()))
        .contains("a [redacted:A_KEY] &lt;b&gt;")
        .doesNotContain(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/feed?runs",
        "GET /api/runs",
        "GET /api/runs/run_1",
        "GET /api/calls/run_1_call_0001",
        "GET /api/calls/run_1_call_0001/diff",
        "POST /api/runs/run_1/cancel",
        "POST /api/runs/run_1/approve",
        "GET /api/"
      })
  void whoHasNoTokenIsToldNothing(String what) throws IOException {
    String[] request = what.split(" ");

    assertThat(ask(request[0], request[1], host())).startsWith("HTTP/1.1 401");
    assertThat(ask(request[0], request[1], host(), "Authorization: Bearer " + token + "x"))
        .startsWith("HTTP/1.1 401");
    assertThat(ask(request[0], request[1] + "?token=" + token, host()))
        .as("a token in an address would be written down on its way")
        .startsWith("HTTP/1.1 401");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/secret.txt",
        "//secret.txt",
        "/./secret.txt",
        "/app.js/../secret.txt",
        "/app.js%00.txt",
        "/..\\secret.txt",
        "/api/runs/..",
        "/api/runs/../../secret.txt",
        "/api/runs/%2e%2e%2fsecret.txt",
        "/api/runs/run_1%00",
        "/api/runs/run_1%0a",
        "/api/runs/run_1/",
        "/api/runs/run_1/../run_1",
        "/api/runs/%EF%BC%8E%EF%BC%8E",
        "/api/calls/..",
        "/api/calls/..%2f..%2fsecret.txt",
        "/api/calls/../diff",
        "/api/calls/%2fetc%2fpasswd/diff",
        "/api/calls/run_1_call_0001/prompt.txt",
        "/api/files/secret.txt",
        "/api/runs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void noPathLeadsToAFile(String path) throws IOException {
    Files.writeString(directory.resolve("secret.txt"), "this is nobody's business");
    Map<String, String> before =
        FileState.of(directory, file -> !file.toString().contains("workflow.sqlite"));

    for (String method : List.of("GET", "POST", "PUT")) {
      assertThat(ask(method, path, host(), authorization()))
          .containsPattern("^HTTP/1.1 (400|403|404|405) ")
          .doesNotContain("nobody's business");
    }
    assertThat(FileState.of(directory, file -> !file.toString().contains("workflow.sqlite")))
        .isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/app.js", "/api/runs/run_1"})
  void aNameThatOnlyLeadsHereIsRefused(String path) throws IOException {
    assertThat(ask("GET", path, "Host: evil.example:" + port, authorization()))
        .startsWith("HTTP/1.1 403");
    assertThat(ask("GET", path, "Host: 127.0.0.1.evil.example:" + port, authorization()))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void aForwardedPortIsServedUnderItsNumberThere() throws IOException {
    for (String host : List.of("127.0.0.1:9000", "localhost:9000", "[::1]:9000")) {
      assertThat(ask("GET", "/", "Host: " + host)).as(host).startsWith("HTTP/1.1 200");
      assertThat(
              ask(
                  "GET",
                  "/api/runs/run_1",
                  "Host: " + host,
                  authorization(),
                  "Origin: http://" + host))
          .as(host)
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void pagesOfOthersAreRefused() throws IOException {
    assertThat(
            ask(
                "POST",
                "/api/runs/run_1/cancel",
                host(),
                authorization(),
                "Origin: https://evil.example"))
        .startsWith("HTTP/1.1 403");
    assertThat(ask("GET", "/api/runs/run_1", host(), authorization(), "Origin: http://localhost:1"))
        .startsWith("HTTP/1.1 403");
    assertThat(
            ask(
                "GET",
                "/api/runs/run_1",
                host(),
                authorization(),
                "Origin: http://127.0.0.1:" + port))
        .startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/app.js", "/page.css", "/app.css", "/icon.svg", "/nothing", "/api/x"})
  void everyAnswerIsBoundToItself(String path) throws IOException {
    String answer = ask("GET", path, host());

    assertThat(answer)
        .contains("default-src 'none'; script-src 'self'; style-src 'self'")
        .contains("frame-ancestors 'none'")
        .containsIgnoringCase("Cache-Control: no-store")
        .containsIgnoringCase("X-Content-Type-Options: nosniff")
        .containsIgnoringCase("Referrer-Policy: no-referrer")
        .doesNotContain("unsafe", "Access-Control");
  }

  @Test
  void filesOfTheMachineAreOutOfReach() throws IOException {
    assertThat(ask("GET", "/../../etc/passwd", host())).startsWith("HTTP/1.1 40");
    assertThat(ask("GET", "/WebView.class", host())).startsWith("HTTP/1.1 404");
    assertThat(ask("GET", "/api/runs/..%2f..%2fetc", host(), authorization()))
        .startsWith("HTTP/1.1 404");
    assertThat(ask("POST", "/", host())).startsWith("HTTP/1.1 405");
  }

  @Test
  void whatIsNotRunningCannotBeCancelled() throws IOException {
    assertThat(ask("POST", "/api/runs/run_1/cancel", host(), authorization()))
        .startsWith("HTTP/1.1 409");
    assertThat(ask("POST", "/api/runs/run_9/cancel", host(), authorization()))
        .startsWith("HTTP/1.1 404");
    assertThat(ask("GET", "/api/runs/run_1/cancel", host(), authorization()))
        .as("looking changes nothing")
        .startsWith("HTTP/1.1 404");
  }

  @Test
  void aQuestionIsAnsweredOnceAndOnlyWhileItsRunGoesOn() throws IOException {
    store.writer().addRun(Records.run("run_2").status(RunStatus.RUNNING).build());
    for (String run : new String[] {"run_1", "run_2"}) {
      store
          .writer()
          .addApproval(
              new ApprovalRecord(
                  run, 1, "go on?", null, null, ApprovalStatus.WAITING, null, Records.NOON, null))
          .join();
    }

    assertThat(ask("POST", "/api/runs/run_1/approve?1", host(), authorization()))
        .startsWith("HTTP/1.1 404");
    for (String other : new String[] {"?2", "?1%20", ""}) {
      assertThat(ask("POST", "/api/runs/run_2/approve" + other, host(), authorization()))
          .startsWith("HTTP/1.1 404");
    }
    assertThat(ask("GET", "/api/runs/run_2/approve?1", host(), authorization()))
        .startsWith("HTTP/1.1 404");
    assertThat(store.reader().approvals("run_2").get(0).status()).isEqualTo(ApprovalStatus.WAITING);

    assertThat(ask("POST", "/api/runs/run_2/decline?1", host(), authorization()))
        .startsWith("HTTP/1.1 202");
    assertThat(ask("POST", "/api/runs/run_2/approve?1", host(), authorization()))
        .startsWith("HTTP/1.1 409")
        .contains("Another answer came first: go on? -- no, by web view");
    assertThat(store.reader().approvals("run_2").get(0).status()).isEqualTo(ApprovalStatus.NO);
  }

  @Test
  void aRunOfADeadCoordinatorShowsAsInterrupted() throws IOException {
    store.writer().addRun(Records.run("run_2").status(RunStatus.RUNNING).build()).join();

    assertThat(ask("GET", "/api/runs/run_2", host(), authorization())).contains("interrupted");
  }

  @Test
  void otherMachinesCannotConnect() throws IOException {
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(network.getInetAddresses())) {
        if (!address.isLoopbackAddress()) {
          assertThatThrownBy(() -> new Socket(address, port).close())
              .as(address.toString())
              .isInstanceOf(IOException.class);
        }
      }
    }
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    ViewedHome viewed = viewed(directory, store, Map.of());

    assertThatThrownBy(() -> WebView.open(viewed, port, new SecureRandom()))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("cannot listen on 127.0.0.1:" + port + ": ")
        .hasMessageNotContaining("--port");
  }

  @Test
  void eachStartHasATokenOfItsOwn() {
    assertThat(view.address())
        .matches(Pattern.compile("http://127\\.0\\.0\\.1:\\d+/#token=[\\w-]{43}"));
    try (WebView other = WebView.open(viewed(directory, store, Map.of()), 0, new SecureRandom())) {
      assertThat(other.address()).doesNotEndWith(token);
    }
  }

  @Test
  void severalHomesAreShownTogether() throws IOException {
    Path second = Files.createDirectories(directory.resolve("second"));
    try (Store other = Store.open(second.resolve("workflow.sqlite"))) {
      other.writer().addRun(Records.run("run_2").workflowName("another " + KEY).build()).join();
      List<ViewedHome> homes = List.of(viewed(directory, store), viewed(second, other));
      assertThat(new RunListFeed(homes).next())
          .contains("run_1", "run_2", directory.toString(), second.toString())
          .doesNotContain(KEY);

      view.close();
      view = WebView.open(homes, 0, new SecureRandom());
      port = URI.create(view.address()).getPort();
      token = view.address().substring(view.address().indexOf('=') + 1);
      for (String run : List.of("run_1", "run_2")) {
        assertThat(ask("GET", "/api/runs/" + run, host(), authorization()))
            .startsWith("HTTP/1.1 200")
            .contains("event: end");
      }
      assertThat(ask("GET", "/api/runs/run_3", host(), authorization())).startsWith("HTTP/1.1 404");
    }
  }

  private static ViewedHome viewed(Path directory, Store store) {
    return viewed(directory, store, Map.of("A_KEY", KEY));
  }

  private static ViewedHome viewed(Path directory, Store store, Map<String, String> keys) {
    Redactor redactor = new Redactor(keys);
    return new ViewedHome(
        new OpenHome(TestHome.at(directory), store, Map.of(), Clock.systemUTC(), () -> redactor));
  }
}
