package dev.agentworkflows.it.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The example of a third party's adapter: built apart, dropped in, used. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ThirdPartyIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String TOKEN = "wh-token-0f6c1c7a9d";
  private static final Queue<String> TOKENS_SEEN = new ConcurrentLinkedQueue<>();

  private static HttpServer endpoint;
  private static ThirdPartyProject project;
  private static Path script;

  @BeforeAll
  static void build() throws IOException {
    project = ThirdPartyProject.built(owf);
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint.createContext(
        "/",
        exchange -> {
          String prompt =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          TOKENS_SEEN.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          byte[] answer = ("the endpoint says: " + prompt).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    endpoint.start();
    script =
        owf.script(
            "ask.py",
            """
            from workflows import agent
            async def main(args):
                return (await agent("tea?")).text_or_raise()
            """);
  }

  @AfterAll
  static void stop() {
    endpoint.stop(0);
  }

  @Test
  void aJarInADirectoryThatIsNamedAnswersAWorkflowAndGetsItsSecret() throws IOException {
    Path adapters = directoryWith("named", "webhook.jar");

    Finished finished = run("--adapters", adapters.toString()).run();

    assertAnswered(finished);
    assertThat(finished.stderr()).doesNotContain("adapter");
    assertThat(TOKENS_SEEN).contains("Bearer " + TOKEN);
  }

  @Test
  void theUsersOwnDirectoryIsLookedInWithoutAsking() throws IOException {
    Path own = owf.userHome().resolve(".workflows/adapters");
    Files.createDirectories(own);
    Path jar = Files.copy(project.jar(), own.resolve("webhook.jar"));
    try {
      assertAnswered(run().run());
      JsonNode listed = listed(owf.command("adapters"), "webhook");
      assertThat(listed.get("path").stringValue()).isEqualTo(jar.toString());
      assertThat(listed.get("spi_level").intValue()).isEqualTo(2);
      assertThat(listed.get("problem").isNull()).isTrue();
    } finally {
      Files.delete(jar);
    }
  }

  @Test
  void aBrokenJarIsToldAndHidesNoOther() throws IOException {
    Path adapters = directoryWith("beside-broken", "webhook.jar");
    Path broken = Files.writeString(adapters.resolve("a-broken.jar"), "no jar");

    Finished finished = run().with("OWF_ADAPTERS", adapters.toString()).run();

    assertAnswered(finished);
    assertThat(finished.stderr()).contains("owf: adapter left out: " + broken);
    Finished doctor = owf.command("doctor", "--adapters", adapters.toString()).run();
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.stdout()).contains(broken.toString());
  }

  @Test
  void aDuplicateNameEndsTheCommandAndBothAreNamed() throws IOException {
    Path adapters = directoryWith("twins", "one.jar", "two.jar");

    Finished finished = run("--adapters", adapters.toString()).run();

    assertThat(finished.exitCode()).isEqualTo(2);
    assertThat(finished.stderr())
        .contains("'webhook'", adapters.resolve("one.jar").toString())
        .contains(adapters.resolve("two.jar").toString());
    Finished list = owf.command("adapters", "--adapters", adapters.toString()).run();
    assertThat(list.exitCode()).isZero();
    assertThat(list.stdout()).contains("CAN'T BE USED").contains("two.jar");
  }

  @Test
  void anAdapterIsInstalledFromAMavenRepositoryAndUsed() throws IOException {
    Path repository = project.publishTo(owf.directory().resolve("published"));
    Path adapters = owf.directory().resolve("to-install");

    Finished installed =
        owf.command("adapters", "install", "com.example:webhook-adapter:1.0.0", "--json")
            .and("--repository", repository.toUri().toString())
            .and("--adapters", adapters.toString())
            .run();

    assertThat(installed.exitCode()).as(installed.toString()).isZero();
    assertThat(installed.stderr()).isEmpty();
    assertThat(installed.json().at("/providers/0").stringValue()).isEqualTo("webhook");
    assertAnswered(run("--adapters", adapters.toString()).run());
  }

  @Test
  void aDirectoryThatIsNamedAndNotThereIsRefused() {
    Finished finished = run("--adapters", "nowhere").run();

    assertThat(finished.exitCode()).isEqualTo(2);
    assertThat(finished.stderr()).contains("nowhere", "--adapters", "OWF_ADAPTERS");
  }

  private static Owf.Invocation run(String... options) {
    return owf.command("run", script.toString(), "--json", "--provider", "webhook")
        .and("--cache-policy", "disabled")
        .and(options)
        .with("OWF_PROVIDER_WEBHOOK_URL", "http://127.0.0.1:" + endpoint.getAddress().getPort())
        .with("WEBHOOK_TOKEN", TOKEN);
  }

  private static void assertAnswered(Finished finished) {
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.json().get("output").stringValue()).isEqualTo("the endpoint says: tea?");
  }

  private static Path directoryWith(String name, String... jars) throws IOException {
    Path directory = Files.createDirectories(owf.directory().resolve(name));
    for (String jar : List.of(jars)) {
      Files.copy(project.jar(), directory.resolve(jar));
    }
    return directory;
  }

  private static JsonNode listed(Owf.Invocation adapters, String name) {
    JsonNode all = adapters.and("--json").run().json();
    return StreamSupport.stream(all.spliterator(), false)
        .filter(adapter -> adapter.path("name").asString("").equals(name))
        .findFirst()
        .orElseThrow();
  }
}
