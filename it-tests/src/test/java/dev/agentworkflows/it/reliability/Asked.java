package dev.agentworkflows.it.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One time that the counting provider was asked. Prompts of these tests have no tabs. */
record Asked(String callId, String prompt, int attempt) {

  String line() {
    return callId + "\t" + prompt + "\t" + attempt + "\n";
  }

  static List<Asked> in(Path file) {
    try {
      String lines = Files.exists(file) ? Files.readString(file) : "";
      return lines.substring(0, lines.lastIndexOf('\n') + 1).lines().map(Asked::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Asked of(String line) {
    String[] fields = line.split("\t", -1);
    return new Asked(fields[0], fields[1], Integer.parseInt(fields[2]));
  }
}
