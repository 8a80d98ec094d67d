package dev.agentworkflows.coordinator.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files and connections this process may have open. */
final class Descriptors {

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String LINE = "Max open files";

  /** Where the system does not tell: what is usual, and enough for what is bounded by it. */
  private static final int USUAL = 1_024;

  /** More makes no difference here. */
  private static final int MAX = 65_536;

  private Descriptors() {}

  static int limit() {
    try {
      return Files.readString(LIMITS, StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> line.startsWith(LINE))
          .map(line -> line.substring(LINE.length()).strip().split("\\s+")[0])
          .mapToInt(Descriptors::number)
          .findFirst()
          .orElse(USUAL);
    } catch (IOException e) {
      return USUAL;
    }
  }

  private static int number(String text) {
    return text.matches("\\d{1,7}") ? Math.min(MAX, Integer.parseInt(text)) : MAX;
  }
}
