package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Goes once through a run and the everyday ways of looking at it. The launcher has a virtual
 * machine list the classes that this takes, and makes an archive of them ({@code -Xshare:dump});
 * later starts find them there, read and verified.
 */
public final class CdsTrainingRun {

  private static final String SCRIPT = "hello.py";

  private static final List<String> COMMANDS =
      List.of(
          "run " + SCRIPT,
          "run " + SCRIPT + " --json",
          "status latest",
          "runs",
          "calls latest",
          "output latest --json",
          "events latest",
          "explain-cache latest",
          "usage");

  private CdsTrainingRun() {}

  /**
   * Leaves nothing outside of a directory.
   *
   * @param args the directory, which exists
   */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    Path script = directory.resolve(SCRIPT);
    Files.writeString(script, Examples.text(Examples.named("hello").orElseThrow()));
    Map<String, String> variables = new HashMap<>(System.getenv());
    // What is remembered of the user's last run is not of this one.
    variables.put("XDG_CACHE_HOME", directory.resolve("cache").toAbsolutePath().toString());
    variables.put("OWF_HOME", directory.resolve("home").toString());
    Environment environment = Environment.of(variables);
    Main.run(environment, CommandLineBytes.restored("--help"));
    for (String command : COMMANDS) {
      Stream<String> words =
          Stream.of(command.split(" ")).map(w -> w.equals(SCRIPT) ? script.toString() : w);
      Main.run(environment, words.toArray(String[]::new));
    }
    System.exit(ExitCode.FINE);
  }
}
