package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what lies in a directory with how it was: by our own listing of it, and not by git's.
 * What is in neither, and is not ignored by rules that stood at the base, is work.
 */
final class FileInspection {

  /**
   * What was found.
   *
   * @param changes what can be brought elsewhere: files and links, sorted by name
   * @param others what can't, by name, each with the reason
   * @param undone names that are staged or committed otherwise than the base, and not on the disk
   * @param onlyInIndex files whose mode is in git's index alone
   */
  record Result(
      List<Change> changes,
      Map<String, String> others,
      Set<String> undone,
      Set<String> onlyInIndex,
      Set<String> submodules) {

    /** Every name that differs; a file that was moved unchanged is its new name. */
    Set<String> names() {
      Set<String> names = new TreeSet<>(others.keySet());
      changes.forEach(change -> names.add(change.name()));
      names.removeAll(movedFrom());
      return names;
    }

    private Set<String> movedFrom() {
      Map<String, List<String>> gone = new TreeMap<>();
      for (Change change : changes) {
        Entry before = change.before();
        if (change.isDeletion() && before != null) {
          gone.computeIfAbsent(key(before), id -> new ArrayList<>()).add(change.name());
        }
      }
      Set<String> moved = new HashSet<>();
      for (Change change : changes) {
        Entry after = change.after();
        if (change.before() == null && after != null) {
          List<String> sources = gone.getOrDefault(key(after), List.of());
          if (!sources.isEmpty()) {
            moved.add(sources.remove(0));
          }
        }
      }
      return moved;
    }

    private static String key(Entry entry) {
      return entry.kind() + entry.id();
    }
  }

  private final PrivateRepository objects;
  private final Path top;
  private final Path rules;
  private final Baseline baseline;
  private final BlobId ids;
  private final Deadline deadline;
  private final Map<String, Change> changes = new TreeMap<>();
  private final Map<String, String> others = new TreeMap<>();
  private final Set<String> onlyInIndex = new TreeSet<>();
  private final Set<String> submodulesIn = new TreeSet<>();

  /**
   * @param rules a directory with the ignore files that count
   */
  FileInspection(
      PrivateRepository objects,
      Path top,
      Path rules,
      Baseline baseline,
      BlobId ids,
      Deadline deadline) {
    this.objects = objects;
    this.top = top;
    this.rules = rules;
    this.baseline = baseline;
    this.ids = ids;
    this.deadline = deadline;
  }

  /** The repository of our own in which a worktree's files are compared. */
  static PrivateRepository objects(Git git, Worktree worktree, Baseline baseline)
      throws GitException {
    List<String> settings = new ArrayList<>(baseline.conversion());
    // Not what the user's file says today: it was copied when the worktree was made.
    settings.add("excludesFile = /dev/null");
    PrivateRepository objects =
        PrivateRepository.over(
            git, worktree.commonDirectory().resolve("objects"), worktree.base(), settings);
    try (OutputStream out = Files.newOutputStream(objects.directory().resolve("info/exclude"))) {
      // What comes later wins: the repository's own.
      for (Path exclude : List.of(Baseline.userExclude(worktree), Baseline.exclude(worktree))) {
        if (Files.isRegularFile(exclude, LinkOption.NOFOLLOW_LINKS)) {
          Files.copy(exclude, out);
          out.write('\n');
        }
      }
      return objects;
    } catch (IOException e) {
      objects.close();
      throw new GitException("cannot read " + worktree.baseline() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Compares.
   *
   * @param staged what stands in the index
   * @param committed the tree of HEAD; null when it is the base
   */
  Result inspect(PrivateRepository.Index staged, @Nullable Map<String, Entry> committed)
      throws GitException, InterruptedException {
    Map<String, Entry> index = staged.entries();
    DirectoryListing listing = DirectoryListing.of(top, deadline);
    Set<String> submodules = submodules(baseline.tree());
    List<String> untracked = new ArrayList<>();
    for (Map.Entry<String, FileStat> found : listing.files().entrySet()) {
      String name = found.getKey();
      String submodule = GitNames.rootOf(name, submodules);
      if (!submodule.isEmpty() && listing.repositories().contains(submodule)) {
        continue;
      }
      deadline.check("comparing " + top);
      if (!compare(name, found.getValue(), index)) {
        untracked.add(name);
      }
    }
    untracked(listing, untracked, index, committed, submodules);
    deletions(listing, staged);
    listing
        .unreadable()
        .forEach(
            (name, reason) -> others.put(name.isEmpty() ? "." : name, "can't be read: " + reason));
    submodulesIn.retainAll(listing.repositories());
    Set<String> undone = new TreeSet<>(differing(index));
    if (committed != null) {
      undone.addAll(differing(committed));
    }
    undone.removeAll(changes.keySet());
    undone.removeAll(others.keySet());
    return new Result(List.copyOf(changes.values()), others, undone, onlyInIndex, submodulesIn);
  }

  private Set<String> submodules(Map<String, Entry> tree) {
    Set<String> names = new HashSet<>();
    tree.forEach((name, entry) -> {
      if (entry.kind() == Entry.Kind.SUBMODULE) {
        names.add(name);
        submodulesIn.add(name);
      }
    });
    return names;
  }

  /** Whether the base knows the file; how it differs is noted. */
  private boolean compare(String name, FileStat stat, Map<String, Entry> index)
      throws GitException {
    Baseline.Known known = baseline.disk().get(name);
    Entry before = known == null ? baseline.tree().get(name) : known.entry();
    if (before == null) {
      return false;
    }
    if (known != null && stat.equals(known.stat()) && !staysOtherwise(name, before, index)) {
      return true;
    }
    Entry after = entry(name, stat, before, index);
    if (after != null && !after.equals(before)) {
      note(new Change(name, before, after));
    }
    return true;
  }

  private boolean staysOtherwise(String name, Entry before, Map<String, Entry> index) {
    Entry staged = index.get(name);
    return !baseline.fileMode()
        && staged != null
        && staged.kind() == Entry.Kind.FILE
        && staged.executable() != before.executable();
  }

  /** Null when it can't be read: that is noted. */
  private @Nullable Entry entry(
      String name, FileStat stat, @Nullable Entry before, Map<String, Entry> index)
      throws GitException {
    Entry found;
    try {
      found = stat.entry(FileNames.resolve(top, name), ids);
    } catch (IOException e) {
      deadline.check("reading " + FileNames.resolve(top, name));
      others.put(name, "can't be read: " + FileErrors.reason(e));
      return null;
    }
    if (found.kind() != Entry.Kind.FILE || baseline.fileMode()) {
      return found;
    }
    // Git there goes by its index, whatever the disk says; the disk counts where it can be told.
    boolean was = before != null && before.executable();
    boolean onDisk = baseline.modesOnDisk() ? found.executable() : was;
    Entry staged = index.get(name);
    boolean inIndex =
        staged != null && staged.kind() == Entry.Kind.FILE ? staged.executable() : was;
    if (onDisk == was && inIndex != was) {
      onlyInIndex.add(name);
      return found.withExecutable(inIndex);
    }
    return found.withExecutable(onDisk);
  }

  private void note(Change change) {
    Entry before = change.before();
    Entry after = change.after();
    String name = change.name();
    if (after != null && !after.isContent()) {
      others.put(name, "neither a file nor a link");
    } else if (before != null && before.kind() == Entry.Kind.SUBMODULE) {
      others.put(name, "in the place of a submodule");
    } else if (GitNames.hasDotGit(name)) {
      others.put(name, "a name that git keeps for itself");
    } else {
      changes.put(name, change);
    }
  }

  private void untracked(
      DirectoryListing listing,
      List<String> names,
      Map<String, Entry> index,
      @Nullable Map<String, Entry> committed,
      Set<String> submodules)
      throws GitException, InterruptedException {
    Set<String> repositories = new HashSet<>(listing.repositories());
    Set<String> standing = new HashSet<>(submodules);
    standing.retainAll(listing.repositories());
    // What is in a submodule is looked for there.
    repositories.removeIf(root -> !GitNames.rootOf(root, standing).isEmpty());
    Set<String> tracked = new HashSet<>();
    baseline
        .tree()
        .keySet()
        .forEach(name -> {
          String root = GitNames.rootOf(name, repositories);
          if (!root.isEmpty()) {
            tracked.add(root);
          }
        });
    List<String> asked = new ArrayList<>(names);
    repositories.forEach(root -> asked.add(root + "/.git"));
    Set<String> ignored = objects.ignored(rules, asked);
    for (String root : repositories) {
      if (!ignored.contains(root + "/.git") || index.containsKey(root)) {
        others.put(root, "a repository");
      }
    }
    for (String name : names) {
      boolean chosen = index.containsKey(name) || committed != null && committed.containsKey(name);
      if (!chosen && ignored.contains(name)) {
        continue;
      }
      String root = GitNames.rootOf(name, repositories);
      if (!root.isEmpty() && !tracked.contains(root) && !chosen) {
        // It is named as a whole.
        continue;
      }
      if (!GitNames.rootOf(name, submodules).isEmpty()) {
        others.put(name, "in the place of a submodule");
        continue;
      }
      FileStat stat = listing.files().get(name);
      Entry after = stat == null ? null : entry(name, stat, null, index);
      if (after != null) {
        note(new Change(name, null, after));
      }
    }
  }

  private void deletions(DirectoryListing listing, PrivateRepository.Index staged) {
    baseline
        .disk()
        .forEach((name, known) -> {
          if (known.entry().kind() == Entry.Kind.SUBMODULE) {
            if (!listing.directories().contains(name)) {
              others.put(name, "a submodule that is gone");
            }
          } else if (!listing.files().containsKey(name)
              && GitNames.rootOf(name, listing.unreadable().keySet()).isEmpty()
              && !listing.unreadable().containsKey("")) {
            if (staged.leftOut().contains(name)
                && known.entry().equals(staged.entries().get(name))) {
              // Git was told that it need not be there; whether it should go, nobody said.
              others.put(name, "left out by a sparse checkout");
            } else {
              note(new Change(name, known.entry(), null));
            }
          }
        });
  }

  /** Names that lead elsewhere than in the base. */
  private Set<String> differing(Map<String, Entry> other) {
    Set<String> names = new TreeSet<>();
    other.forEach((name, entry) -> {
      if (!entry.equals(baseline.tree().get(name))) {
        names.add(name);
      }
    });
    baseline.tree().keySet().stream().filter(name -> !other.containsKey(name)).forEach(names::add);
    return names;
  }
}
