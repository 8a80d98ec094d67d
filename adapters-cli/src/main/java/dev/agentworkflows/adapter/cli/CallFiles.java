package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a program is told in files, in a directory that its owner alone can read: made with the
 * first file, gone with the attempt. No secret goes there: a coordinator that is killed leaves it.
 */
final class CallFiles implements AutoCloseable {

  private final List<Path> files = new ArrayList<>();
  private @Nullable Path directory;

  /**
   * @param name without a directory, and different for each
   */
  Path write(String name, byte[] content) throws AdapterException {
    try {
      Path made = directory;
      if (made == null) {
        made = Files.createTempDirectory("owf-call-");
        directory = made;
      }
      Path file = made.resolve(name);
      files.add(file);
      return Files.write(file, content);
    } catch (IOException e) {
      throw new AdapterException(
          Kind.NOT_SENT,
          "what goes with the call could not be written to the temporary directory: " + e);
    }
  }

  Path write(String name, String text) throws AdapterException {
    return write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      if (directory != null) {
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      // The system tidies its temporary directory up; nothing in it is secret.
    }
  }
}
