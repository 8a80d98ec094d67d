package dev.agentworkflows.coordinator.shim;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.store.UnpackedFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** The Python shim that the jar carries, unpacked once to the user's cache. */
final class ShimFiles {

  private static final String ROOT = "/shim/";

  /** Made by the build. Its digest changes with each file's. */
  private static final String LISTING = "FILES";

  private ShimFiles() {}

  /** A file as the listing has it. */
  private record Packed(String sha256, String name) {

    /** From {@code SHA-256 SIZE NAME}. */
    static Packed ofLine(String line) {
      String[] fields = line.split(" ", 3);
      return new Packed(fields[0], fields[2]);
    }

    boolean isIn(Path directory) {
      Path file = directory.resolve(name);
      try {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && Sha256.hex(Files.readAllBytes(file)).equals(sha256);
      } catch (IOException notThere) {
        return false;
      }
    }

    /**
     * The file is replaced as a whole: other coordinators may unpack to the same directory, or run
     * a script from it.
     */
    void unpackInto(Path directory) throws IOException {
      PrivateFiles.writeWithParents(directory.resolve(name), resource(name));
    }
  }

  /** The directory to put on {@code sys.path}; named by its content, so that it is never stale. */
  static Path unpackOnceInto(UserCache cache) {
    Path directory = cache.directory().resolve(Packing.DIRECTORY);
    try {
      PrivateFiles.createDirectories(directory);
      UnpackedFiles.requireOurs(cache.directory());
      UnpackedFiles.requireOurs(directory);
      List<Packed> files = Packing.FILES;
      List<String> names = files.stream().map(Packed::name).toList();
      if (!UnpackedFiles.areUntouched(directory, names)) {
        for (Packed file : files) {
          if (!file.isIn(directory)) {
            file.unpackInto(directory);
          }
        }
        UnpackedFiles.seal(directory, names);
      }
      return directory;
    } catch (IOException e) {
      throw new RefusedException(
          new ScriptRefusal.ShimNotUnpacked(directory, FileErrors.reason(e)), e);
    }
  }

  /** What the jar has of it; read once, also where many scripts are started. */
  private static final class Packing {
    private static final byte[] LIST = resource(LISTING);
    static final String DIRECTORY = "shim-" + Sha256.hex(LIST).substring(0, 16);
    static final List<Packed> FILES =
        new String(LIST, StandardCharsets.UTF_8).lines().map(Packed::ofLine).toList();
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
}
