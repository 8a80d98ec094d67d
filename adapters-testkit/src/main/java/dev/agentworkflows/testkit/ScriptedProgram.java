package dev.agentworkflows.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Shell scripts in the place of an agent's program, in a directory that they know as $here. */
final class ScriptedProgram {

  private final Path directory;
  private final AgentScript parts;
  private final String secretName;
  private int files;

  ScriptedProgram(Path directory, AgentScript parts, String secretName) {
    this.directory = directory;
    this.parts = parts;
    this.secretName = secretName;
  }

  Path directory() {
    return directory;
  }

  /** A new one, that does this. */
  Path doing(String commands) {
    String script =
        """
        #!/bin/sh
        here=$(dirname "$0")
        printf '%%s\\n' "$@" >"$here/arguments"
        put() {
          LC_ALL=C sed -e "s/@prompt@/$prompt/g" -e "s/@id@/$id/g" -e "s/@secret@/$%s/g" "$1"
        }
        """
            .formatted(secretName);
    Path program =
        file(
            "agent",
            (script + StubbornProcesses.FUNCTIONS + commands).getBytes(StandardCharsets.UTF_8));
    try {
      return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command. */
  String begins() {
    return parts.begin() + "\n";
  }

  /** A command. */
  String works() {
    return prints(parts.work());
  }

  /** A command. */
  String answers(String text) {
    return prints(parts.answer(text));
  }

  /** A command that ends the program. */
  String does(AgentOutput output) {
    return prints(output.lines()) + complains(output.errors()) + "exit " + output.exitCode() + "\n";
  }

  /** A command. */
  String prints(String text) {
    return prints(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A command. */
  String prints(byte[] bytes) {
    return "put \"" + file("output", bytes) + "\"\n";
  }

  /** A command. */
  String complains(String text) {
    return "put \"" + file("errors", text.getBytes(StandardCharsets.UTF_8)) + "\" >&2\n";
  }

  /** Tells {@link #await} that the program came so far. */
  static String marks(String name) {
    return ": >\"$here/" + name + "\"\n";
  }

  /** A file that the script leaves, or waits for. */
  Path file(String name) {
    return directory.resolve(name);
  }

  /** The words of the command line that it was started with, and what it says that it was told. */
  List<String> arguments() {
    return lines("arguments");
  }

  /** What it was told in any way, as far as can be known. */
  List<String> heard() {
    return List.of(String.join("\n", lines("arguments")), String.join("\n", lines("heard")));
  }

  private List<String> lines(String name) {
    try {
      return Files.exists(file(name)) ? Files.readAllLines(file(name)) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String name, byte[] content) {
    try {
      return Files.write(directory.resolve(name + "-" + files++), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
