package dev.agentworkflows.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a class of these tests in a process of its own. */
final class ChildJvm {
  private ChildJvm() {}

  /** Its standard error goes to ours; its standard output is the caller's to read. */
  static Process start(Class<?> main, Path temporaryDirectory, String... arguments)
      throws IOException {
    return start(main, System.getProperty("java.class.path"), temporaryDirectory, arguments);
  }

  static Process start(
      Class<?> main, String classPath, Path temporaryDirectory, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporaryDirectory,
                "-cp",
                classPath,
                main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
