package dev.agentworkflows.coordinator.shim;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Optional;

/** The jar that this coordinator runs from. */
public final class OwnJar {

  private OwnJar() {}

  /** Empty where it runs from something else than a file. */
  public static Optional<Path> path() {
    CodeSource source = OwnJar.class.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(source.getLocation().toURI())).filter(Files::isRegularFile);
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The virtual machine that it runs in. */
  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** Adds what a script, and programs that it starts, can start runs of their own with. */
  static void addTo(Map<String, String> environment) {
    path()
        .ifPresent(jar -> {
          environment.putIfAbsent("OWF_COORDINATOR_JAR", jar.toString());
          environment.putIfAbsent("OWF_JAVA", java().toString());
        });
  }
}
