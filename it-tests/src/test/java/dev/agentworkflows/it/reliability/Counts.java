package dev.agentworkflows.it.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the tests counted: a closing line each on stdout, and a table for the page. Thread-safe. */
final class Counts {

  private static final Path TABLE = Path.of("target", "reliability.md");
  private static final Map<String, String> ROWS = new TreeMap<>();

  private Counts() {}

  /** Tells a test's counts; the last one of a name holds. */
  static synchronized void tell(String test, Map<String, ?> counts) {
    String line =
        counts.entrySet().stream()
            .map(count -> count.getKey() + ": " + count.getValue())
            .collect(Collectors.joining(", "));
    System.out.println(test + ": " + line);
    ROWS.put(test, "| " + test + " | " + line + " |");
    try {
      Files.createDirectories(TABLE.toAbsolutePath().getParent());
      Files.writeString(
          TABLE, "| test | counts |\n|---|---|\n" + String.join("\n", ROWS.values()) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
