package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The difference between a worktree as its agent got it and its files now, committed or not,
 * tracked or not. It holds what each file was and is, and not the contents.
 */
public final class Patch {

  private static final long MAX_TEXT_BYTES = 64 << 20;

  private final Git git;
  private final Worktree worktree;
  private final Baseline baseline;
  private final List<Change> changes;
  private final List<String> submodules;

  Patch(
      Git git,
      Worktree worktree,
      Baseline baseline,
      List<Change> changes,
      List<String> submodules) {
    this.git = git;
    this.worktree = worktree;
    this.baseline = baseline;
    this.changes = List.copyOf(changes);
    this.submodules = List.copyOf(submodules);
  }

  static Patch of(Git git, Worktree worktree) throws GitException, InterruptedException {
    return new WorkInspection(git, worktree).patch();
  }

  /** In git's format, with binary files and git's line ends; empty when nothing differs. */
  public byte[] text() throws GitException, InterruptedException {
    Set<String> left = new HashSet<>(tooLarge());
    List<Change> shown = changes.stream().filter(change -> !left.contains(change.name())).toList();
    return new PatchText(git, worktree, baseline, shown).render();
  }

  /** Names that are not in the text: it would not fit into the memory, and nobody would read it. */
  public List<String> tooLarge() {
    List<String> names = new ArrayList<>();
    long room = MAX_TEXT_BYTES;
    for (Change change : changes) {
      long size = size(change);
      if (size > room) {
        names.add(change.name());
      } else {
        room -= size;
      }
    }
    return names;
  }

  private long size(Change change) {
    Path file = FileNames.resolve(worktree.path(), change.name());
    try {
      return change.isDeletion() ? 0 : FileStat.of(file).size();
    } catch (IOException e) {
      // Whoever reads it says so.
      return 0;
    }
  }

  /** Every file that it touches, under old and new names. */
  public Set<String> files() {
    Set<String> files = new TreeSet<>();
    changes.forEach(change -> files.add(change.name()));
    return files;
  }

  /** Submodules that changed: they are not in the text, and can't be applied. */
  public List<String> submodules() {
    return submodules;
  }

  List<Change> changes() {
    return changes;
  }

  Baseline baseline() {
    return baseline;
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /** SHA-256 of what each file was and is, as hex. */
  public String digest() {
    MessageDigest digest = Sha256.digest();
    for (Change change : changes) {
      digest.update(FileNames.join(List.of(change.name())));
      digest.update(
          (change.before() + "\0" + change.after() + "\0").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
