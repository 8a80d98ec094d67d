package dev.agentworkflows.coordinator;

import java.nio.file.Path;
import java.util.List;

/**
 * Why an adapter is not installed. An artifact is {@code GROUP:ARTIFACT:VERSION} unless it says
 * otherwise.
 */
public sealed interface InstallRefusal extends Refusal {

  /**
   * @param written what stood where coordinates were expected
   */
  record NoCoordinates(String written) implements InstallRefusal {
    @Override
    public String text() {
      return "'"
          + written
          + "' is not GROUP:ARTIFACT:VERSION, as in com.example:example-adapter:1.2.0";
    }
  }

  /** A repository's address that can't be used. */
  record BadRepository(String url, String problem) implements InstallRefusal {
    @Override
    public String text() {
      return "the repository '" + url + "' " + problem;
    }
  }

  /** A repository's address with a user's name or password in it, which is not repeated here. */
  record PasswordInAddress(String host) implements InstallRefusal {
    @Override
    public String text() {
      return "the repository's address holds a password, which would show in lists of processes."
          + server();
    }

    /** Where the password belongs. */
    public String server() {
      return "\nPut it into ~/.m2/settings.xml, as that of the server '" + host + "'";
    }
  }

  /**
   * @param there the version that is installed, in {@code path}
   * @param version that was asked for
   */
  record AnotherVersion(String there, Path path, String version) implements InstallRefusal {
    @Override
    public String text() {
      return there + " is installed, in " + path;
    }
  }

  /** A directory in its place that nobody installed. */
  record InTheWay(Path target, String artifact) implements InstallRefusal {
    @Override
    public String text() {
      return target + " is in the way, and was not installed as a version of " + artifact;
    }
  }

  record NotWritable(String artifact, Path directory, String reason) implements InstallRefusal {
    @Override
    public String text() {
      return "%s can't be installed in %s: %s".formatted(artifact, directory, reason);
    }
  }

  record NoAdapter(String artifact, String problem) implements InstallRefusal {
    @Override
    public String text() {
      return artifact + " can't be used as an adapter: " + problem;
    }
  }

  record UnusableSettings(Path file, String problem) implements InstallRefusal {
    @Override
    public String text() {
      return file + " can't be used: " + problem;
    }
  }

  /** The note of an earlier installation says nothing that could be understood. */
  record UnknownInstallation(Path file) implements InstallRefusal {
    @Override
    public String text() {
      return file + " does not say what is installed there.\nRemove its directory, or mend it";
    }
  }

  /**
   * It, or something that it needs, is in none of the repositories.
   *
   * @param missing as Maven names it
   */
  record NotFound(String artifact, String missing, List<String> repositories)
      implements InstallRefusal {
    @Override
    public String text() {
      return "%s was not installed: there is no %s in %s"
          .formatted(artifact, missing, String.join(", ", repositories));
    }
  }

  record NotFetched(String artifact, String problem) implements InstallRefusal {
    @Override
    public String text() {
      return artifact + " was not installed: " + problem;
    }
  }
}
