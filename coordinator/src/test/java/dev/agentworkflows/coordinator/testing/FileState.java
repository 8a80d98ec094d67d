package dev.agentworkflows.coordinator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All that is below a directory, for a test that wants it to stay as it is. */
public final class FileState {

  private FileState() {}

  /**
   * What each file and link holds, by its name. Links are not followed.
   *
   * @param looked which of them count
   */
  public static Map<String, String> of(Path top, Predicate<Path> looked) {
    try (Stream<Path> all = Files.walk(top)) {
      Map<String, String> state = new TreeMap<>();
      for (Path path : all.filter(looked).toList()) {
        state.put(top.relativize(path).toString(), content(path));
      }
      return state;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String content(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "a link to " + Files.readSymbolicLink(path);
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return "a directory";
    }
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return "neither file nor directory";
    }
    return Arrays.hashCode(Files.readAllBytes(path)) + ", " + Files.getLastModifiedTime(path);
  }
}
