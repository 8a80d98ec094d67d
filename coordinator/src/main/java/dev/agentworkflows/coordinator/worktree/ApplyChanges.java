package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.FileTree;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Takes a worktree's changes into a checkout, all or none: the bytes as the agent left them,
 * written by us and not by git, so that no attribute, filter or setting changes them on the way.
 */
final class ApplyChanges {

  private static final int MAX_CONFLICTS = 20;

  /** What takes a step back. */
  @FunctionalInterface
  private interface Undo {
    void run() throws IOException;
  }

  private final Git git;
  private final Checkout checkout;
  private final Worktree worktree;
  private final Deque<Undo> undo = new ArrayDeque<>();
  private int saved;

  ApplyChanges(Git git, Checkout checkout, Worktree worktree) {
    this.git = git;
    this.checkout = checkout;
    this.worktree = worktree;
  }

  /**
   * Applies them.
   *
   * @throws GitException when they do not fit; names what stands in the way, and nothing is changed
   */
  void apply(Patch patch) throws GitException, InterruptedException {
    worktree.requireDirectory();
    List<ApplyPlan.Step> steps;
    try (PrivateRepository objects = FileInspection.objects(git, worktree, patch.baseline())) {
      ApplyPlan plan = new ApplyPlan(objects, checkout.top(), worktree, patch);
      steps = plan.steps();
      if (plan.isThereAlready() || !plan.conflicts().isEmpty()) {
        throw new GitException(
            "the changes do not fit " + checkout.top() + ":\n" + obstacles(patch, plan));
      }
    }
    write(steps);
  }

  private static String obstacles(Patch patch, ApplyPlan plan) {
    if (plan.isThereAlready()) {
      return patch.files().stream()
              .limit(MAX_CONFLICTS)
              .map(name -> "  " + name + ": is as in the worktree")
              .collect(Collectors.joining("\n"))
          + "\nThey seem to be there already.";
    }
    return plan.conflicts().stream()
            .limit(MAX_CONFLICTS)
            .map(conflict -> "  " + conflict)
            .collect(Collectors.joining("\n"))
        + "\nNothing was changed.";
  }

  private void write(List<ApplyPlan.Step> steps) throws GitException {
    Path staging;
    try {
      // In git's directory: on the checkout's own disk as a rule, and no file of the checkout.
      staging = Files.createTempDirectory(checkout.commonDirectory(), "owf-apply-");
    } catch (IOException e) {
      throw failed(e);
    }
    try {
      List<Path> ready = stage(staging, steps);
      try {
        for (ApplyPlan.Step step : steps) {
          if (step.after() == null) {
            putAside(staging, step);
          }
        }
        removeEmpty(ApplyPlan.deleted(steps));
        for (int i = 0; i < steps.size(); i++) {
          if (steps.get(i).after() != null) {
            place(staging, ready.get(i), steps.get(i));
          }
        }
      } catch (IOException | RuntimeException e) {
        restore(staging, e);
        throw e;
      }
    } catch (StrandedException e) {
      throw new GitException("the changes could be written only in part, and " + e.getMessage(), e);
    } catch (IOException e) {
      discard(staging);
      throw failed(e);
    }
    discard(staging);
  }

  private GitException failed(IOException e) {
    return new GitException(
        "the changes could not be written to "
            + checkout.top()
            + ": "
            + FileErrors.reason(e)
            + ". Nothing was changed",
        e);
  }

  /** All that is to be written, before anything is touched. */
  private List<Path> stage(Path staging, List<ApplyPlan.Step> steps) throws IOException {
    List<Path> ready = new ArrayList<>();
    BlobId ids = BlobId.like(worktree.base());
    for (int i = 0; i < steps.size(); i++) {
      ApplyPlan.Step step = steps.get(i);
      Path file = staging.resolve("new" + i);
      ready.add(file);
      Entry after = step.after();
      if (after == null) {
        continue;
      }
      Path source = FileNames.resolve(worktree.path(), step.name());
      if (after.kind() == Entry.Kind.LINK) {
        Files.createSymbolicLink(file, Files.readSymbolicLink(source));
        continue;
      }
      byte[] merged = step.merged();
      if (merged != null) {
        Files.write(file, merged);
      } else {
        // Opened anew, so that it gets the rights that a new file of the user's has.
        Files.createFile(file);
        try (var out = Files.newOutputStream(file);
            var in = Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS)) {
          in.transferTo(out);
        }
        if (!ids.ofFile(file).equals(after.id())) {
          throw new IOException(source + " was written to meanwhile");
        }
      }
      permit(file, step, after.executable());
    }
    return ready;
  }

  /** A file that is there keeps its rights, but for who may run it. */
  private void permit(Path file, ApplyPlan.Step step, boolean executable) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Path there = FileNames.resolve(checkout.top(), step.name());
    Set<PosixFilePermission> rights =
        new HashSet<>(
            Files.isRegularFile(there, LinkOption.NOFOLLOW_LINKS)
                ? Files.getPosixFilePermissions(there, LinkOption.NOFOLLOW_LINKS)
                : view.readAttributes().permissions());
    set(rights, executable, PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_EXECUTE);
    set(rights, executable, PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_EXECUTE);
    set(rights, executable, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);
    view.setPermissions(rights);
  }

  private static void set(
      Set<PosixFilePermission> rights,
      boolean on,
      PosixFilePermission read,
      PosixFilePermission execute) {
    if (on && rights.contains(read)) {
      rights.add(execute);
    } else if (!on) {
      rights.remove(execute);
    }
  }

  private void putAside(Path staging, ApplyPlan.Step step) throws IOException {
    Path path = FileNames.resolve(checkout.top(), step.name());
    Path aside = staging.resolve("old" + saved++);
    requireUnchanged(path, step);
    Files.move(path, aside);
    undo.push(() -> Files.move(aside, path));
  }

  private static void requireUnchanged(Path path, ApplyPlan.Step step) throws IOException {
    FileStat stat = step.stat();
    if (stat == null || !stat.equals(FileStat.of(path))) {
      throw new IOException(path + " was changed meanwhile");
    }
  }

  /** In one step: whenever this process is killed, the old file is there or the new one. */
  private void replace(Path staging, Path ready, Path path, ApplyPlan.Step step)
      throws IOException {
    Path aside = staging.resolve("old" + saved++);
    requireUnchanged(path, step);
    keep(path, aside);
    moveOver(ready, path);
    undo.push(() -> moveOver(aside, path));
  }

  /** The JDK may remove what is replaced first, unless an atomic move is asked for. */
  private static void moveOver(Path from, Path path) throws IOException {
    try {
      Files.move(from, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      // Another disk.
      Files.move(from, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void keep(Path path, Path aside) throws IOException {
    if (Files.isSymbolicLink(path)) {
      Files.createSymbolicLink(aside, Files.readSymbolicLink(path));
      return;
    }
    try {
      Files.createLink(aside, path);
    } catch (IOException | UnsupportedOperationException e) {
      // Another disk, or one without hard links.
      Files.copy(path, aside, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** Directories that nothing is in any more, as git does it. */
  private void removeEmpty(Set<String> deleted) throws IOException {
    for (String name : deleted) {
      for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
        Path directory = FileNames.resolve(checkout.top(), name.substring(0, slash));
        try {
          if (!Files.deleteIfExists(directory)) {
            continue;
          }
        } catch (DirectoryNotEmptyException e) {
          break;
        }
        undo.push(() -> Files.createDirectory(directory));
      }
    }
  }

  private void place(Path staging, Path ready, ApplyPlan.Step step) throws IOException {
    Path path = FileNames.resolve(checkout.top(), step.name());
    if (step.stat() != null) {
      replace(staging, ready, path, step);
      return;
    }
    Path parent = path.resolveSibling("");
    Deque<Path> missing = new ArrayDeque<>();
    for (Path place = parent;
        place != null && !Files.exists(place, LinkOption.NOFOLLOW_LINKS);
        place = place.getParent()) {
      missing.push(place);
    }
    for (Path directory : missing) {
      Files.createDirectory(directory);
      undo.push(() -> Files.delete(directory));
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      // Empty by now, or this fails.
      Files.delete(path);
      undo.push(() -> Files.createDirectory(path));
    }
    // Fails where something came to be there meanwhile.
    Files.move(ready, path);
    undo.push(() -> Files.delete(path));
  }

  private void restore(Path staging, Exception failure) throws IOException {
    try {
      while (!undo.isEmpty()) {
        undo.pop().run();
      }
    } catch (IOException e) {
      e.addSuppressed(failure);
      throw new StrandedException(
          "what was there could not be put back: "
              + FileErrors.reason(e)
              + ". It is kept in "
              + staging,
          e);
    }
  }

  /** Then the copies stay. */
  private static final class StrandedException extends IOException {
    private static final long serialVersionUID = 1;

    StrandedException(String message, IOException cause) {
      super(message, cause);
    }
  }

  private static void discard(Path staging) {
    try {
      FileTree.delete(staging);
    } catch (IOException e) {
      System.getLogger(ApplyChanges.class.getName())
          .log(System.Logger.Level.DEBUG, "temporary copies left", e);
    }
  }
}
