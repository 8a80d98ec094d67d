package dev.agentworkflows.coordinator.shim;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;

/** The jar that this coordinator runs from. */
final class OwnJar {

  private OwnJar() {}

  /** Adds what a script, and programs that it starts, can start runs of their own with. */
  static void addTo(Map<String, String> environment) {
    CodeSource source = OwnJar.class.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return;
    }
    try {
      Path jar = Path.of(source.getLocation().toURI());
      if (Files.isRegularFile(jar)) {
        environment.putIfAbsent("OWF_COORDINATOR_JAR", jar.toString());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        environment.putIfAbsent("OWF_JAVA", java);
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // It runs from something else than a file: then there is nothing to tell.
    }
  }
}
