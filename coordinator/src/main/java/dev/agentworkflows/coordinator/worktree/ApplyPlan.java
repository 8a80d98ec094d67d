package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a patch means for a checkout: what is to be written and deleted there, and what is
 * in the way. Bytes are compared as they lie on the disk; nothing is changed.
 */
final class ApplyPlan {

  /**
   * One file of the checkout.
   *
   * @param after what it becomes; null when it goes
   * @param merged its bytes where the checkout's file was changed elsewhere; null when they are the
   *     worktree's
   * @param stat of what is there now; null when there is nothing
   */
  record Step(
      String name, @Nullable Entry after, byte @Nullable [] merged, @Nullable FileStat stat) {}

  private final PrivateRepository objects;
  private final Path top;
  private final Worktree worktree;
  private final Patch patch;
  private final BlobId ids;
  private final Map<String, Change> changes = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<String> conflicts = new ArrayList<>();
  private int thereAlready;

  ApplyPlan(PrivateRepository objects, Path top, Worktree worktree, Patch patch) {
    this.objects = objects;
    this.top = top;
    this.worktree = worktree;
    this.patch = patch;
    this.ids = BlobId.like(worktree.base());
  }

  List<String> conflicts() {
    return conflicts;
  }

  boolean isThereAlready() {
    return thereAlready == patch.changes().size();
  }

  List<Step> steps() throws GitException, InterruptedException {
    patch.changes().forEach(change -> changes.put(change.name(), change));
    for (Change change : patch.changes()) {
      plan(change);
    }
    return steps;
  }

  private void plan(Change change) throws GitException, InterruptedException {
    String name = change.name();
    Entry before = change.before();
    Entry after = change.after();
    String inTheWay = parentInTheWay(name);
    if (!inTheWay.isEmpty()) {
      if (after != null) {
        conflicts.add(name + ": " + inTheWay);
      } else {
        thereAlready++;
      }
      return;
    }
    Path path = FileNames.resolve(top, name);
    FileStat stat;
    Entry now;
    try {
      stat = isBelowAFile(name) ? null : FileStat.of(path);
      now = stat == null || stat.isDirectory() ? null : stat.entry(path, ids);
    } catch (NoSuchFileException e) {
      stat = null;
      now = null;
    } catch (IOException e) {
      conflicts.add(name + ": cannot be read: " + FileErrors.reason(e));
      return;
    }
    if (stat != null && stat.isDirectory()) {
      directory(change, path);
    } else if (Objects.equals(now, after) || same(now, after)) {
      thereAlready++;
    } else if (now == null) {
      // A sparse checkout has not all that the base has.
      if (before == null || !patch.baseline().disk().containsKey(name)) {
        steps.add(new Step(name, after, null, null));
      } else {
        conflicts.add(name + ": is not there any more");
      }
    } else if (same(now, before)) {
      steps.add(new Step(name, after, null, stat));
    } else {
      merge(change, path, now, Objects.requireNonNull(stat));
    }
  }

  /** Where the file system has no modes, they are not compared. */
  private boolean same(@Nullable Entry one, @Nullable Entry other) {
    if (one == null || other == null) {
      return one == null && other == null;
    }
    return one.kind() == other.kind()
        && one.id().equals(other.id())
        && (one.executable() == other.executable() || !patch.baseline().modesOnDisk());
  }

  /** A directory in a file's place is fine where all that is in it goes. */
  private void directory(Change change, Path path) {
    if (change.isDeletion()) {
      conflicts.add(change.name() + ": is a directory now");
    } else if (hasOthers(change.name(), path)) {
      conflicts.add(change.name() + ": is a directory, with other files in it");
    } else {
      steps.add(new Step(change.name(), change.after(), null, null));
    }
  }

  private boolean hasOthers(String name, Path directory) {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        String inside = name + "/" + FileNames.of(child);
        Change change = changes.get(inside);
        boolean goes =
            Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)
                ? !hasOthers(inside, child)
                : change != null && change.isDeletion();
        if (!goes) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Why a place can't be reached; empty when it can. Nothing is written beyond a link. */
  private String parentInTheWay(String name) {
    for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
      String parent = name.substring(0, slash);
      Path path = FileNames.resolve(top, parent);
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return "";
      }
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        Change change = changes.get(parent);
        return change != null && change.isDeletion()
            ? ""
            : parent + " is no directory" + (Files.isSymbolicLink(path) ? " but a link" : "");
      }
      if (Files.exists(path.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        return parent + " is another repository";
      }
    }
    return "";
  }

  /** Of one that goes, or the place would be in the way. */
  private boolean isBelowAFile(String name) {
    int slash = name.lastIndexOf('/');
    return slash > 0
        && !Files.isDirectory(
            FileNames.resolve(top, name.substring(0, slash)), LinkOption.NOFOLLOW_LINKS);
  }

  private void merge(Change change, Path path, Entry now, FileStat stat)
      throws GitException, InterruptedException {
    Entry before = change.before();
    Entry after = change.after();
    if (before == null) {
      conflicts.add(change.name() + ": already exists");
      return;
    }
    if (after == null
        || after.kind() != Entry.Kind.FILE
        || before.kind() != Entry.Kind.FILE
        || now.kind() != Entry.Kind.FILE) {
      conflicts.add(change.name() + ": was changed here too");
      return;
    }
    boolean executable =
        after.executable() == before.executable() ? now.executable() : after.executable();
    if (now.id().equals(before.id()) || now.id().equals(after.id())) {
      steps.add(new Step(change.name(), after.withExecutable(executable), null, stat));
      return;
    }
    if (after.id().equals(before.id())) {
      // Its mode alone: the content stays the user's.
      steps.add(new Step(change.name(), now.withExecutable(executable), read(path), stat));
      return;
    }
    byte[] merged =
        new LineMerge(objects, ids)
            .merge(
                before,
                Objects.requireNonNull(patch.baseline().tree().getOrDefault(change.name(), before)),
                read(path),
                read(FileNames.resolve(worktree.path(), change.name())));
    if (merged.length == 0) {
      conflicts.add(change.name() + ": was changed here too, in the same lines");
    } else {
      steps.add(new Step(change.name(), after.withExecutable(executable), merged, stat));
    }
  }

  private static byte[] read(Path path) throws GitException {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new GitException("cannot read " + path + ": " + FileErrors.reason(e), e);
    }
  }

  /** Names that steps delete. */
  static Set<String> deleted(List<Step> steps) {
    Set<String> names = new HashSet<>();
    steps.stream().filter(step -> step.after() == null).forEach(step -> names.add(step.name()));
    return names;
  }
}
