package dev.agentworkflows.coordinator.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    if (!hasUnreadable(args)) {
      return args;
    }
    try {
      return restored(Files.readAllBytes(Path.of("/proc/self/cmdline")), args);
    } catch (IOException e) {
      return args;
    }
  }

  /** By hand: every start does this first, and a stream's classes take milliseconds of it. */
  private static boolean hasUnreadable(String... args) {
    for (String argument : args) {
      if (argument.indexOf(UNREADABLE) >= 0) {
        return true;
      }
    }
    return false;
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
