package dev.agentworkflows.coordinator.adapter.install;

import dev.agentworkflows.coordinator.InstallRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an artifact is called in Maven repositories. All parts are safe as names of files. */
public record Coordinates(String group, String artifact, String version) {

  private static final String PART = "([A-Za-z0-9_][A-Za-z0-9_.+-]*)";
  private static final Pattern FORM = Pattern.compile(PART + ":" + PART + ":" + PART);

  /** Reads {@code GROUP:ARTIFACT:VERSION}. */
  public static Coordinates parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new RefusedException(new InstallRefusal.NoCoordinates(text));
    }
    return new Coordinates(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  /** The name of the directory that it is installed in. */
  String directoryName() {
    return artifact + "-" + version;
  }

  boolean sameArtifact(Coordinates other) {
    return group.equals(other.group) && artifact.equals(other.artifact);
  }

  @Override
  public String toString() {
    return group + ":" + artifact + ":" + version;
  }
}
