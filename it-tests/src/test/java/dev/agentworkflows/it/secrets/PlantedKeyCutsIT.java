package dev.agentworkflows.it.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.testkit.Generated;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Providers and scripts repeat a key somewhere in texts of 100 to 10,000 characters, so that it
 * lies across every cut. No twelve characters of it may be seen or stored.
 */
class PlantedKeyCutsIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final int KEYS = Generated.count(2);

  /** Texts a key and place. */
  private static final int TEXTS = Generated.count(12);

  /** Where a script puts texts of others; {@code t} is the text. */
  private static final List<String> PLACES =
      List.of(
          "await agent(f'q{n}', provider='openai')",
          "await agent(f'f{n}', metadata={'fake': {'status': 'failed', 'error': t}})",
          "await agent(f't{n}', metadata={'fake': {'text': t}})",
          "await agent(f's{n}', schema={'const': t}, metadata={'fake': {'value': t + 'x'}})",
          "await agent(f'v{n}', schema={'type': 'object', 'additionalProperties': False}, metadata={'fake': {'value': {t: 1}}})",
          "await agent(t, label=t, cache_namespace=t)",
          "await agent(f'p{n}', provider=t)",
          "log(t, detail=t)",
          "phase(t)",
          "await parallel([lambda: fail(t)])");

  private static final String SCRIPT =
      """
      import json
      from workflows import agent, log, phase, parallel
      async def fail(t):
          raise RuntimeError(t)
      async def main(args):
          texts = json.load(open(args["texts"]))
          for n, t in enumerate(texts):
      %s
              phase("next")
          raise RuntimeError(texts[-1])
      """
          .formatted("        " + String.join("\n        ", PLACES));

  @Test
  void noTwelveCharactersOfAKeyAreAnywhere() throws IOException {
    long seed = Generated.seed();
    System.out.println("PlantedKeyCutsIT: seed " + seed);
    for (int n = 0; n < KEYS; n++) {
      Random random = new Random(seed + n);
      PlantedKey key = new PlantedKey("OPENAI_API_KEY", key(random));
      List<String> found = runAndLook(key, random);
      assertThat(found).as("seed %d, key %s", seed + n, key.value()).isEmpty();
    }
  }

  private static List<String> runAndLook(PlantedKey key, Random random) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      texts.add(text(key, random));
    }
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    var threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    AtomicInteger served = new AtomicInteger();
    server.createContext(
        "/",
        exchange -> {
          int n = served.getAndIncrement();
          String text;
          synchronized (random) {
            text = text(key, random);
          }
          exchange.getRequestBody().readAllBytes();
          byte[] body = body(n, text).getBytes(UTF_8);
          exchange.sendResponseHeaders(n % 2 == 0 ? 400 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      return check(key, owf.script("cuts.py", SCRIPT), texts, server.getAddress().getPort());
    } finally {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  private static List<String> check(PlantedKey key, Path script, List<String> texts, int port)
      throws IOException {
    Path file =
        Owf.write(
            owf.directory().resolve("texts.json"),
            texts.stream().map(Json::write).collect(Collectors.joining(",", "[", "]")));
    List<String> found = new ArrayList<>();
    for (List<String> words :
        List.of(
            List.of("run", script.toString(), "--json", "--arg", "texts=" + file),
            List.of("run", script.toString(), "--debug", "--arg", "texts=" + file),
            List.of("status", "latest", "--json"),
            List.of("status", "latest"),
            List.of("events", "latest"),
            List.of("calls", "latest", "--json"),
            List.of("explain-cache", "latest"),
            List.of("report", "latest"),
            List.of("report", "latest", "--html"),
            List.of("artifacts", "latest", "--json"),
            List.of("status", texts.get(0)),
            List.of("providers", "--json"))) {
      Finished finished =
          owf.command(words.toArray(String[]::new))
              .with(key.variable(), key.value())
              .with("OWF_PROVIDER_OPENAI_BASE_URL", "http://127.0.0.1:" + port + "/v1")
              .run();
      note("output of " + words.subList(0, 1), key, finished.stdout() + finished.stderr(), found);
    }
    try (Stream<Path> all = Files.walk(owf.home())) {
      for (Path one : all.filter(Files::isRegularFile).toList()) {
        note(
            one.toString(),
            key,
            Files.readString(one, java.nio.charset.StandardCharsets.ISO_8859_1),
            found);
      }
    }
    return found;
  }

  private static void note(String place, PlantedKey key, String output, List<String> found) {
    List<String> parts = key.partsIn(output, 12);
    if (!parts.isEmpty()) {
      found.add(place + ": " + parts.subList(0, Math.min(3, parts.size())));
    }
  }

  /** Errors with an error's status, and inside of a success. */
  private static String body(int n, String text) {
    String json = Json.write(text);
    return switch (n % 8) {
      case 0, 2 -> "{\"error\": {\"message\": " + json + ", \"code\": " + json + "}}";
      case 4 -> "<html><title>" + text + "</title></html>";
      case 6 -> text;
      case 1 -> "{\"error\": {\"message\": " + json + ", \"code\": 400}}";
      case 3 ->
          "{\"choices\": [{\"message\": {\"refusal\": "
              + json
              + "}, \"finish_reason\": \"stop\"}]}";
      case 5 ->
          "{\"choices\": [{\"message\": {\"content\": null}, \"finish_reason\": " + json + "}]}";
      default ->
          "{\"choices\": [{\"message\": {\"content\": "
              + json
              + "}, \"finish_reason\": \"stop\"}], \"model\": "
              + json
              + "}";
    };
  }

  private static String key(Random random) {
    String alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    StringBuilder key = new StringBuilder("sk-");
    int length = 20 + random.nextInt(281);
    while (key.length() < length) {
      key.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return key.toString();
  }

  /** As often near one of the cuts as anywhere. */
  private static String text(PlantedKey key, Random random) {
    int length = 100 + random.nextInt(random.nextInt(4) == 0 ? 9_900 : 900);
    List<Integer> cuts = List.of(60, 100, 200, 300, 500, 600, 700, 1_000, 2_000, 6_000, length);
    int at =
        random.nextBoolean()
            ? random.nextInt(length)
            : Math.max(0, cuts.get(random.nextInt(cuts.size())) - random.nextInt(320));
    List<String> disguises = List.copyOf(key.disguises().values());
    String planted =
        random.nextBoolean() ? key.value() : disguises.get(random.nextInt(disguises.size()));
    return "bad key? ".repeat(1_200).substring(0, at)
        + planted
        + " no".repeat(3_400).substring(0, Math.max(0, length - at));
  }
}
