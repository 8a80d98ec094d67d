package dev.agentworkflows.coordinator.shim;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileTrouble;
import dev.agentworkflows.coordinator.home.OwnerOnly;
import dev.agentworkflows.coordinator.home.UserCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Python shim that the jar carries, unpacked once to the user's cache. */
final class ShimFiles {

  private static final String ROOT = "/shim/";
  private static final String LISTING = "FILES";

  private ShimFiles() {}

  /** The directory to put on {@code sys.path}; named by its content, so that it is never stale. */
  static Path unpackOnceInto(UserCache cache) {
    Map<String, byte[]> files = read();
    Path directory = cache.directory().resolve("shim-" + digest(files));
    if (isComplete(directory, files)) {
      return directory;
    }
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        unpack(directory.resolve(file.getKey()), file.getValue());
      }
      return directory;
    } catch (IOException e) {
      throw new RefusedException(
          "cannot unpack the Python shim to "
              + directory
              + ": "
              + FileTrouble.reason(e)
              + ".\nSet XDG_CACHE_HOME to a directory that can be written to.",
          e);
    }
  }

  /**
   * Each file is replaced as a whole and nothing is ever removed: other coordinators may unpack to
   * the same directory, or run a script from it.
   */
  private static void unpack(Path target, byte[] content) throws IOException {
    if (!hasSize(target, content.length)) {
      OwnerOnly.writeWithParents(target, content);
    }
  }

  private static boolean isComplete(Path directory, Map<String, byte[]> files) {
    return files.entrySet().stream()
        .allMatch(file -> hasSize(directory.resolve(file.getKey()), file.getValue().length));
  }

  private static boolean hasSize(Path file, int size) {
    try {
      return Files.size(file) == size;
    } catch (IOException notThere) {
      return false;
    }
  }

  private static Map<String, byte[]> read() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    List<String> names = new String(resource(LISTING), StandardCharsets.UTF_8).lines().toList();
    names.forEach(name -> files.put(name, resource(name)));
    return files;
  }

  private static byte[] resource(String name) {
    try (InputStream stream = ShimFiles.class.getResourceAsStream(ROOT + name)) {
      if (stream == null) {
        throw new IllegalStateException("the jar lacks " + ROOT + name + ": build it again");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(Map<String, byte[]> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach((name, content) -> {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(content);
      });
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
