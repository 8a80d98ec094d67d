package dev.agentworkflows.adapter.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Small programs that stand for an agent's. */
final class Scripts {

  private Scripts() {}

  /** An executable shell script; its own directory is {@code $here}. */
  static Path sh(Path directory, String name, String body) {
    return write(
        directory.resolve(name), "#!/bin/sh\nhere=$(dirname \"$0\")\n" + body, "rwx------");
  }

  static Path python(Path directory, String name, String body) {
    return write(directory.resolve(name), "#!/usr/bin/env python3\n" + body, "rwx------");
  }

  static Path write(Path file, String text, String permissions) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
