package dev.agentworkflows.coordinator.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What an attacker writes in the place of an id, a path, a number or a text. */
final class HostileValues {

  private static final int HUGE = 300_000;

  private final Path outside;
  private final Random random;

  HostileValues(Path outside, Random random) {
    this.outside = outside;
    this.random = random;
  }

  /** One of them, as SQLite takes it. */
  record Value(@Nullable Object sql) {

    String text() {
      return sql instanceof byte[] bytes
          ? new String(bytes, StandardCharsets.ISO_8859_1)
          : String.valueOf(sql);
    }

    @Override
    public String toString() {
      String text = text().replaceAll("\\p{Cntrl}", "?");
      return "'" + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + "'";
    }
  }

  /** Where something would be that was written because of us. */
  Path written() {
    return outside.resolve("written");
  }

  /** A file or directory outside. */
  Path target() {
    return outside.resolve(pick("keys", "directory", "run", "repository", "missing"));
  }

  String path() {
    return pick(
        outside.resolve("keys").toString(),
        "../../../../outside/keys",
        "../outside/keys",
        outside.resolve("directory").toString(),
        outside.resolve("run").toString(),
        outside.resolve("repository/.git").toString(),
        "file://" + outside.resolve("keys"),
        "/proc/self/environ",
        "runs/../../../outside/run",
        outside.resolve("pipe").toString(),
        ".",
        "/");
  }

  Value any() {
    return new Value(
        switch (random.nextInt(5)) {
          case 0, 1 -> path();
          case 2 -> option();
          case 3 -> number();
          default -> text();
        });
  }

  private String option() {
    return pick(
        "--output=" + written(),
        "-c core.fsmonitor=" + outside.resolve("program"),
        "--upload-pack=" + outside.resolve("program"),
        "--exec=" + outside.resolve("program"),
        "@" + outside.resolve("keys"),
        "$(" + outside.resolve("program") + ")",
        "`" + outside.resolve("program") + "`",
        "; " + outside.resolve("program"),
        "| " + outside.resolve("program"),
        "http://127.0.0.1:9/" + "x",
        "ext::" + outside.resolve("program"),
        "--html");
  }

  private @Nullable Object number() {
    return List.<Object>of(
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            -1L,
            0L,
            1L << 32,
            (1L << 32) - 1,
            1e308,
            -1e308,
            0.5,
            Double.POSITIVE_INFINITY)
        .get(random.nextInt(10));
  }

  private @Nullable Object text() {
    return switch (random.nextInt(11)) {
      case 0 -> "";
      case 1 -> "\u001b]0;owned\u0007\u001b[2J\r\n\0\u202e";
      case 2 -> "A".repeat(HUGE);
      case 3 -> new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80};
      case 4 -> new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1};
      case 5 -> "[".repeat(50_000);
      case 6 -> "{\"a\":";
      case 7 -> "<script>fetch('http://127.0.0.1:9')</script>";
      case 8 -> "{\"$ref\": \"file://" + outside.resolve("keys") + "\"}";
      case 9 -> null;
      default -> new byte[HUGE];
    };
  }

  private String pick(String... values) {
    return values[random.nextInt(values.length)];
  }
}
