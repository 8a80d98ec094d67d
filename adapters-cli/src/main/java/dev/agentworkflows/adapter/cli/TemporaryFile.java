package dev.agentworkflows.adapter.cli;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file in the temporary directory that only its owner can read, removed when it is closed. */
record TemporaryFile(Path path) implements AutoCloseable {

  static TemporaryFile create(String prefix) throws IOException {
    return new TemporaryFile(Files.createTempFile(prefix, null));
  }

  /** As UTF-8; a half of a surrogate pair, which UTF-8 cannot say, becomes a question mark. */
  void write(String text) throws IOException {
    try (Writer writer =
        new OutputStreamWriter(Files.newOutputStream(path), StandardCharsets.UTF_8)) {
      writer.write(text);
    }
  }

  /** Its text, or its beginning where it is longer than {@code limit} bytes. */
  String read(int limit) throws IOException {
    try (var in = Files.newInputStream(path)) {
      return new String(in.readNBytes(limit), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The temporary directory is cleaned by others as well.
    }
  }
}
