package dev.agentworkflows.coordinator.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The words of the command line where Java could not read them: in a locale that is not UTF-8, or
 * is named and not installed, each byte of other letters has become U+FFFD before our first line.
 */
final class CommandLineBytes {

  private static final char UNREADABLE = '\uFFFD';

  private CommandLineBytes() {}

  /** The words as they were typed, read as UTF-8; as they are where the system does not tell. */
  static String[] restored(String... args) {
    if (Arrays.stream(args).allMatch(argument -> argument.indexOf(UNREADABLE) < 0)) {
      return args;
    }
    try {
      return restored(Files.readAllBytes(Path.of("/proc/self/cmdline")), args);
    } catch (IOException e) {
      return args;
    }
  }

  /**
   * As above.
   *
   * @param commandLine of the whole process, with a NUL behind each word
   */
  static String[] restored(byte[] commandLine, String... args) {
    List<String> words = List.of(new String(commandLine, StandardCharsets.UTF_8).split("\0", -1));
    // Behind the last NUL there is nothing.
    int first = words.size() - 1 - args.length;
    return first < 0 ? args : words.subList(first, words.size() - 1).toArray(String[]::new);
  }
}
