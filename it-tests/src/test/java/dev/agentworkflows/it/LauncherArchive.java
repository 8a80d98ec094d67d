package dev.agentworkflows.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The archive of classes that the launcher makes for its jar, also for tests that start the jar
 * past it: each start takes half as long.
 */
final class LauncherArchive {

  private static final Duration MAX_WAIT = Duration.ofMinutes(3);

  private LauncherArchive() {}

  /**
   * Has it made if it is missing, and gives the launcher's flags for it; none where it is not to be
   * had.
   */
  static List<String> flags(Path jar) {
    Path root = jar.resolve("../../..").normalize();
    Path javaHome = Path.of(System.getProperty("java.home"));
    try {
      Process checksum =
          new ProcessBuilder("cksum").redirectInput(javaHome.resolve("release").toFile()).start();
      String number =
          new String(checksum.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .split(" ")[0];
      Path archive = jar.resolveSibling("classes-" + number + ".jsa");
      ProcessBuilder launcher = new ProcessBuilder(root.resolve("owf").toString(), "--version");
      launcher.environment().put("JAVA_HOME", javaHome.toString());
      launcher.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
      if (!launcher.start().waitFor(MAX_WAIT.toSeconds(), TimeUnit.SECONDS)) {
        return List.of();
      }
      long end = System.nanoTime() + MAX_WAIT.toNanos();
      while (!isFor(jar, archive) && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      return Files.exists(archive) && Files.size(archive) > 0
          ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable")
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private static boolean isFor(Path jar, Path archive) throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
  }
}
