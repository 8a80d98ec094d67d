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
import java.util.List;

/** The Python shim that the jar carries, unpacked once to the user's cache. */
final class ShimFiles {

  private static final String ROOT = "/shim/";

  /** Made by the build. Its digest changes with each file's. */
  private static final String LISTING = "FILES";

  private ShimFiles() {}

  /** A file as the listing has it. */
  private record Packed(String name, long size) {

    /** From {@code SHA-256 SIZE NAME}. */
    static Packed ofLine(String line) {
      String[] fields = line.split(" ", 3);
      return new Packed(fields[2], Long.parseLong(fields[1]));
    }

    boolean isIn(Path directory) {
      try {
        return Files.size(directory.resolve(name)) == size;
      } catch (IOException notThere) {
        return false;
      }
    }

    /**
     * The file is replaced as a whole: other coordinators may unpack to the same directory, or run
     * a script from it.
     */
    void unpackInto(Path directory) throws IOException {
      OwnerOnly.writeWithParents(directory.resolve(name), resource(name));
    }
  }

  /** The directory to put on {@code sys.path}; named by its content, so that it is never stale. */
  static Path unpackOnceInto(UserCache cache) {
    byte[] listing = resource(LISTING);
    Path directory = cache.directory().resolve("shim-" + digest(listing));
    try {
      for (Packed file : files(listing)) {
        if (!file.isIn(directory)) {
          file.unpackInto(directory);
        }
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

  private static List<Packed> files(byte[] listing) {
    return new String(listing, StandardCharsets.UTF_8).lines().map(Packed::ofLine).toList();
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

  private static String digest(byte[] listing) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(listing);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
