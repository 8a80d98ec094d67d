package dev.agentworkflows.it.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.it.isolation.Project;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * 2,000 connections that say nothing, to a process that may have 1,024 files open: whoever has a
 * token gets in within ten seconds all the same, and the log says it once.
 */
class SilentConnectionsIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final int CONNECTIONS = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final List<String> FEW_FILES =
      List.of("/bin/sh", "-c", "ulimit -n 1024; exec \"$@\"", "sh");

  private final List<Socket> silent = new ArrayList<>();

  @AfterEach
  void hangUp() throws IOException {
    for (Socket socket : silent) {
      socket.close();
    }
  }

  private void connectSilently(int port) throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
    }
  }

  private static void assertLoggedOnce(OwfProcess process) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(process.errors()).containsOnlyOnce("too many connections"));
  }

  /** Until it is answered, as a person would try again. */
  private static void assertAnswers(URI url, String token) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
            socket.setSoTimeout(2_000);
            String request =
                "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n\r\n"
                    .formatted(url.getPath(), url.getPort(), token);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(8);
            return new String(answer, StandardCharsets.US_ASCII).equals("HTTP/1.1");
          }
        });
  }

  @Test
  void aSharedCoordinatorLetsInWhoHasAToken() throws IOException {
    Project project = Project.repository(owf, "app");
    Served served = Served.on(new Served.Host("127.0.0.1", "localhost", FEW_FILES), owf, project);
    connectSilently(served.port());

    long start = System.nanoTime();
    String script = owf.script("hello.py", "async def main(args):\n    return 7\n").toString();
    Owf.Finished finished = served.joined(served.shim("run", script, "--json")).run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
    assertLoggedOnce(served.process());
  }

  @Test
  void theWebViewAnswers() throws IOException {
    owf.runScript("async def main(args):\n    return 1\n");
    OwfProcess ui = owf.command("ui", "--json").after(FEW_FILES).start().awaitOutput("}\n");
    URI url = URI.create(Json.read(ui.output()).get("url").stringValue());
    connectSilently(url.getPort());

    assertAnswers(url, "none");
    assertLoggedOnce(ui);
  }

  @Test
  void mcpAnswers() throws IOException {
    OwfProcess mcp =
        owf.command("mcp", "--http", "--port", "0", "--json")
            .after(FEW_FILES)
            .start()
            .awaitOutput("}\n");
    JsonNode told = Json.read(mcp.output());
    URI url = URI.create(told.get("url").stringValue());
    connectSilently(url.getPort());

    assertAnswers(url, Files.readString(Path.of(told.get("token_file").stringValue())).strip());
    assertLoggedOnce(mcp);
  }

  @Test
  void aRunsOwnChildrenGetIn() throws IOException {
    Path port = owf.directory().resolve("port");
    Path go = owf.directory().resolve("go");
    owf.script("silent_child.py", "async def main(args):\n    return 7\n");
    Path script =
        owf.script(
            "silent_parent.py",
            """
            import asyncio, glob, os, pathlib, time
            from workflows import workflow
            async def main(args):
                mine = set()
                for file in glob.glob("/proc/self/fd/*"):
                    try:
                        mine.add(os.readlink(file))
                    except OSError:
                        pass
                for line in open("/proc/self/net/tcp"):
                    words = line.split()
                    if words[3] == "01" and f"socket:[{words[9]}]" in mine:
                        port = int(words[2].split(":")[1], 16)
                pathlib.Path(%s + ".new").write_text(str(port))
                os.rename(%s + ".new", %s)
                while not os.path.exists(%s):
                    await asyncio.sleep(0.02)
                begin = time.monotonic()
                child = await workflow("silent_child.py")
                return [child["status"], time.monotonic() - begin]
            """
                .formatted(
                    Project.python(port.toString()),
                    Project.python(port.toString()),
                    Project.python(port.toString()),
                    Project.python(go.toString())));
    OwfProcess run = owf.command("run", script.toString(), "--json").after(FEW_FILES).start();
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(port));
    connectSilently(Integer.parseInt(Files.readString(port)));
    Files.writeString(go, "");

    Owf.Finished finished = run.finish();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    JsonNode output = finished.json().get("output");
    assertThat(output.get(0).stringValue()).isEqualTo("done");
    assertThat(output.get(1).doubleValue()).isLessThan(PATIENCE.toSeconds());
    assertThat(finished.stderr()).containsOnlyOnce("too many connections");
  }
}
