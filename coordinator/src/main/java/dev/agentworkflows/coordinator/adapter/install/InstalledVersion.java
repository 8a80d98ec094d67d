package dev.agentworkflows.coordinator.adapter.install;

import dev.agentworkflows.coordinator.InstallRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.RegularFiles;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An adapter that was installed before, with what it says of itself in {@code installed.json}. */
record InstalledVersion(Coordinates coordinates, Path path) {

  private static final String FILE = "installed.json";

  /** All versions of an artifact in an adapters directory. */
  static List<InstalledVersion> of(Coordinates artifact, Path directory) throws IOException {
    List<InstalledVersion> versions = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> entries = Files.list(directory)) {
        for (Path path : entries.sorted().toList()) {
          Path file = path.resolve(FILE);
          if (!path.getFileName().toString().startsWith(".") && Files.isRegularFile(file)) {
            Coordinates there = read(file);
            if (there.sameArtifact(artifact)) {
              versions.add(new InstalledVersion(there, path));
            }
          }
        }
      }
    }
    return versions;
  }

  /** Writes down what a directory holds. */
  static void write(Path directory, Coordinates coordinates, List<String> jars) throws IOException {
    ObjectNode document = Json.object();
    document.put("artifact", coordinates.toString());
    ArrayNode files = document.putArray("jars");
    jars.forEach(files::add);
    Files.writeString(directory.resolve(FILE), Json.writePretty(document));
  }

  private static Coordinates read(Path file) throws IOException {
    try {
      JsonNode artifact = Json.read(RegularFiles.readString(file)).path("artifact");
      return Coordinates.parse(artifact.asString(""));
    } catch (JsonTextException | RefusedException e) {
      throw new RefusedException(new InstallRefusal.UnknownInstallation(file), e);
    }
  }
}
