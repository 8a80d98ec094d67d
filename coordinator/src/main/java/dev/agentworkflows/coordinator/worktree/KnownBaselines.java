package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What this process wrote down of worktrees before their agents got them. An agent may be able to
 * write there: what is another than was written says nothing of the worktree, and so nothing is
 * taken away by it. Of worktrees that another process made nothing is known. Thread-safe.
 */
final class KnownBaselines {

  private static final int MAX_FILE = 1 << 30;

  private final Map<Path, String> digests = new ConcurrentHashMap<>();

  /** A worktree stands, and no agent has it yet. */
  void written(Worktree worktree) throws GitException {
    digests.put(worktree.path(), digest(worktree));
  }

  /** Nothing is left of it. */
  void forget(Worktree worktree) {
    digests.remove(worktree.path());
  }

  /**
   * Makes sure that the baseline of a worktree is what this process wrote, if it did.
   *
   * @throws GitException when it is not
   */
  void check(Worktree worktree) throws GitException {
    String known = digests.get(worktree.path());
    if (known != null && !known.equals(digest(worktree))) {
      throw new GitException(
          worktree.baseline()
              + ", where it is written down how the worktree was when its agent got it, was changed"
              + " since");
    }
  }

  private static String digest(Worktree worktree) throws GitException {
    Path baseline = worktree.baseline();
    try (Stream<Path> found = Files.walk(baseline)) {
      MessageDigest digest = Sha256.digest();
      List<Path> files = found.sorted().toList();
      for (Path file : files) {
        digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          Optional<byte[]> bytes = SmallFile.bytes(file, MAX_FILE);
          digest.update(bytes.orElseThrow(() -> new IOException("it is gone")));
        } else if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          digest.update((byte) 1); // No such thing was written.
        }
      }
      return new String(digest.digest(), StandardCharsets.ISO_8859_1);
    } catch (UncheckedIOException e) {
      throw new GitException("cannot read " + baseline + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new GitException("cannot read " + baseline + ": " + FileErrors.reason(e), e);
    }
  }
}
