package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a program is: as the user's settings say, else on the PATH.
 *
 * @param program a name to look up, or a path
 * @param install the command that installs it
 * @param setting the variable that names another program
 */
public record ProgramPath(String program, String install, String setting) {

  /** Where the system has its own. */
  private static final String USUAL_PATH = "/usr/bin:/bin";

  /** Looks anew each time, so that a program may be installed while a coordinator is up. */
  public Path find(Map<String, String> environment) throws AdapterException {
    if (!program.contains("/")) {
      return search(program, environment)
          .orElseThrow(() -> unusable("there is no program '" + program + "' on the PATH"));
    }
    Path path;
    try {
      path = Path.of(program).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw unusable("'" + program + "' is no path");
    }
    if (!Files.isRegularFile(path)) {
      throw unusable("there is no program " + path);
    }
    if (!Files.isExecutable(path)) {
      throw unusable(path + " is not executable");
    }
    return path;
  }

  /**
   * The first executable file of this name on the PATH, by the same rules as the coordinator's
   * {@code Programs}. An adapter sees the SPI and not the coordinator, and the SPI promises nothing
   * that an adapter can do as well by itself, so there are two.
   */
  static Optional<Path> search(String name, Map<String, String> environment) {
    for (String directory : environment.getOrDefault("PATH", USUAL_PATH).split(":")) {
      // An empty entry means the working directory, where an agent may have written anything.
      if (directory.startsWith("/")) {
        try {
          Path candidate = Path.of(directory, name);
          if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
            return Optional.of(candidate);
          }
        } catch (InvalidPathException e) {
          // The locale can't write it.
        }
      }
    }
    return Optional.empty();
  }

  private AdapterException unusable(String what) {
    return new AdapterException(
        Kind.UNAVAILABLE,
        "%s. Install it (%s), put its directory on the PATH, or set %s to its path."
            .formatted(what, install, setting));
  }
}
