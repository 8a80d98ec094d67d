package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.io.File;
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

  /** The first executable file of this name on the PATH. */
  static Optional<Path> search(String name, Map<String, String> environment) {
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      // An empty entry means the working directory, where an agent may have written anything.
      if (directory.startsWith("/")) {
        Path candidate = Path.of(directory, name);
        if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
          return Optional.of(candidate);
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
