package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Merges an agent's changes of a file into a user's, by lines and their ends as they are. */
final class LineMerge {

  private static final byte[] CONFLICT = {};

  private final PrivateRepository objects;
  private final BlobId ids;

  LineMerge(PrivateRepository objects, BlobId ids) {
    this.objects = objects;
    this.ids = ids;
  }

  /**
   * Merges.
   *
   * @param before as the agent got it
   * @param stored as git has that
   * @return empty when both changed the same lines, or what the agent got can't be had any more
   */
  byte[] merge(Entry before, Entry stored, byte[] users, byte[] agents)
      throws GitException, InterruptedException {
    byte[] base = objects.blob(stored.id());
    if (ids.ofBytes(base).equals(before.id())) {
      return lines(base, users, agents);
    }
    byte[] onDisk = withCarriageReturns(base);
    if (!ids.ofBytes(onDisk).equals(before.id())) {
      // A filter's work, which is not run again.
      return CONFLICT;
    }
    byte[] merged = lines(onDisk, users, agents);
    return merged.length > 0 ? merged : lines(base, users, withoutCarriageReturns(agents));
  }

  private byte[] lines(byte[] base, byte[] users, byte[] agents)
      throws GitException, InterruptedException {
    Path directory = objects.directory();
    try {
      Files.write(directory.resolve("merge-users"), users);
      Files.write(directory.resolve("merge-base"), base);
      Files.write(directory.resolve("merge-agents"), agents);
    } catch (IOException e) {
      throw new GitException("cannot write a temporary file: " + FileErrors.reason(e), e);
    }
    Git.Result merged =
        objects
            .command()
            .with("merge-file", "-p", "-q", "merge-users", "merge-base", "merge-agents")
            .run();
    return merged.fine() && merged.whole() ? merged.output() : CONFLICT;
  }

  private static byte[] withCarriageReturns(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) {
        out.write('\r');
      }
      out.write(bytes[i]);
    }
    return out.toByteArray();
  }

  private static byte[] withoutCarriageReturns(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '\r' || i + 1 == bytes.length || bytes[i + 1] != '\n') {
        out.write(bytes[i]);
      }
    }
    return out.toByteArray();
  }
}
