package dev.agentworkflows.coordinator.worktree;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an agent left, found without git: by files, and by what git's own files say.
 *
 * @param changed paths of files, links and others that are not as they were, without those that
 *     were ignored by the rules at the base
 * @param ignored new paths that those rules cover
 * @param open paths that may be taken for work or not
 * @param modes whether git's index has a file as executable, where modes on disk do not count and
 *     the two differ
 * @param reasons why the worktree must be kept; empty when it need not
 * @param beyond those of them that no file brings into a checkout
 */
record TreeJudgement(
    TreeSet<String> changed,
    TreeSet<String> ignored,
    TreeSet<String> open,
    Map<String, Boolean> modes,
    Set<String> reasons,
    Set<String> beyond) {

  /** A worktree at one moment. */
  record Moment(FileSnapshot files, GitFiles git, Set<String> worktrees) {

    static Moment of(Playground place) {
      Path all = place.common().resolve("worktrees");
      String[] names = all.toFile().list();
      return new Moment(
          place.worktreeFiles(),
          GitFiles.of(place.gitDirectory, place.common()),
          names == null ? Set.of() : Set.of(names));
    }
  }

  static TreeJudgement of(Playground place, TreeCase tree, Moment before, Moment after) {
    TreeJudgement judgement =
        new TreeJudgement(
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeMap<>(),
            new TreeSet<>(),
            new TreeSet<>());
    FileSnapshot.Entry top = after.files().at("");
    if (top == null || !top.isDirectory()) {
      judgement.reasons.add("the worktree's directory is not there");
      judgement.beyond.add("the worktree's directory is not there");
    } else {
      judgement.files(place, tree, before, after);
      judgement.modesOfIndex(tree, after);
    }
    judgement.fetchedSubmodule(place, after);
    if (!judgement.changed.isEmpty()) {
      judgement.reasons.add("changed files");
    }
    judgement.git(place, tree, before, after);
    return judgement;
  }

  private void files(Playground place, TreeCase tree, Moment before, Moment after) {
    boolean modesCount = !tree.settings().contains("core.fileMode false");
    for (String path : before.files().changed(after.files())) {
      FileSnapshot.Entry was = before.files().at(path);
      FileSnapshot.Entry is = after.files().at(path);
      boolean directories = (was == null || was.isDirectory()) && (is == null || is.isDirectory());
      boolean same = was != null && is != null && is.arrivedAs(was);
      boolean onlyMode =
          !modesCount
              && was != null
              && is != null
              && is.kind() == 'f'
              && was.kind() == 'f'
              && is.content().equals(was.content());
      // The link to the repository is no work; a repository in its place is.
      boolean link = path.equals(".git") && (is == null || !is.isDirectory());
      if (directories || same || link) {
        continue;
      }
      if (onlyMode || is == null && after.git().skipped().contains(path)) {
        // Modes that do not count in this repository; as in a sparse checkout, what may be left
        // out.
        open.add(path);
        continue;
      }
      if (was == null && is != null && isCheckedOutLater(place, tree, path, is)) {
        // As the commit has it: whether that counts is a matter of taste, and nothing is lost.
        open.add(path);
        continue;
      }
      Map<String, String> index = after.git().index();
      boolean tracked = index != null && index.containsKey(path + "\0" + 0);
      if (was == null && is != null && !tracked && isIgnoredAtBase(path, is)) {
        // Without an index it can't be told whether it was added all the same.
        (index == null ? open : ignored).add(path);
      } else {
        changed.add(path);
      }
    }
  }

  /** Git with {@code core.fileMode=false} takes a file's mode from its index alone. */
  private void modesOfIndex(TreeCase tree, Moment after) {
    Map<String, String> index = after.git().index();
    if (index == null || !tree.settings().contains("core.fileMode false")) {
      return;
    }
    index.forEach((key, entry) -> {
      String path = key.substring(0, key.indexOf('\0'));
      FileSnapshot.Entry onDisk = after.files().at(path);
      boolean executable = entry.startsWith("100755 ");
      if (key.endsWith("\0" + 0)
          && onDisk != null
          && onDisk.kind() == 'f'
          && (executable || entry.startsWith("100644 "))
          && executable != ((onDisk.mode() & 0100) != 0)) {
        modes.put(path, executable);
      }
    });
  }

  /** A file of the base that the sparse checkout left out, and its agent had checked out. */
  private static boolean isCheckedOutLater(
      Playground place, TreeCase tree, String path, FileSnapshot.Entry is) {
    if (!tree.template().equals("sparse")) {
      return false;
    }
    Path whole = place.templates.directory().resolve("projects/plain");
    FileSnapshot.Entry original = FileSnapshot.of(whole.resolve(path)).at("");
    return original != null && is.arrivedAs(original);
  }

  static boolean isIgnoredAtBase(String path, FileSnapshot.Entry entry) {
    String[] names = path.split("/");
    for (int i = 0; i < names.length; i++) {
      boolean directory = i + 1 < names.length || entry.isDirectory();
      if (names[i].endsWith(".log")
          || names[i].equals(".env")
          || names[i].endsWith(".swp")
          || names[i].endsWith(".tmp")
          || names[i].equals("ignored") && directory) {
        return true;
      }
    }
    return false;
  }

  /** A submodule that is only fetched is no work: its files and commits are the recorded ones. */
  private void fetchedSubmodule(Playground place, Moment after) {
    Path modules = place.gitDirectory.resolve("modules/lib");
    if (!Files.isDirectory(modules)) {
      return;
    }
    GitFiles own = GitFiles.of(modules, modules);
    Set<String> known = place.templates.commits().getOrDefault("of the submodule", Set.of());
    Set<String> commits = new TreeSet<>(own.visited());
    commits.addAll(own.refs().values());
    commits.removeIf(commit -> known.contains(commit) || commit.startsWith("ref: "));
    Map<String, String> index = own.index();
    boolean staged = index == null || index.size() != 1;
    if (!commits.isEmpty() || staged || !known.contains(own.head())) {
      reasons.add("work in the submodule lib");
      beyond.add("work in the submodule lib");
    }
    FileSnapshot.Entry link = after.files().at("lib/.git");
    FileSnapshot.Entry file = after.files().at("lib/x.txt");
    FileSnapshot.Entry original =
        FileSnapshot.of(place.templates.directory().resolve("other/x.txt")).at("");
    if (link != null && link.kind() == 'f') {
      changed.remove("lib/.git");
      if (file != null && file.arrivedAs(original)) {
        changed.remove("lib/x.txt");
      } else if (file == null) {
        changed.add("lib/x.txt");
      }
    }
  }

  private void git(Playground place, TreeCase tree, Moment before, Moment after) {
    Set<String> known = place.knownCommits(tree);
    GitFiles is = after.git();
    if (!is.head().isEmpty() && !is.head().startsWith("garbage") && !known.contains(is.head())) {
      reasons.add("a commit at HEAD");
    }
    Set<String> visited = new TreeSet<>(is.visited());
    visited.removeAll(known);
    visited.removeIf(commit -> commit.matches("0+"));
    if (!visited.isEmpty()) {
      reasons.add("commits that HEAD led to");
      if (known.contains(is.head())) {
        beyond.add("commits that HEAD led to");
      }
    }
    String branch = is.refs().getOrDefault("refs/heads/" + place.worktree.branch(), "");
    if (!branch.isEmpty() && !known.contains(branch)) {
      reasons.add("a commit on the call's branch");
      if (!branch.equals(is.head())) {
        beyond.add("a commit on the call's branch");
      }
    }
    if (is.refs().containsKey("refs/stash")) {
      reasons.add("a stash");
    }
    is.halfDone().forEach(reasons::add);
    beyond.addAll(is.halfDone());
    Set<String> others = new TreeSet<>(after.worktrees());
    others.removeAll(before.worktrees());
    if (!others.isEmpty()) {
      reasons.add("a worktree of its own");
      beyond.add("a worktree of its own");
    }
    index(before, after);
  }

  private void index(Moment before, Moment after) {
    Map<String, String> was = before.git().index();
    Map<String, String> is = after.git().index();
    if (was == null || is == null) {
      return;
    }
    Map<String, String> all = new TreeMap<>(was);
    all.putAll(is);
    for (String key : all.keySet()) {
      String entry = is.getOrDefault(key, "");
      if (entry.endsWith("intended") || entry.equals(was.getOrDefault(key, ""))) {
        continue;
      }
      reasons.add("something staged");
      String path = key.substring(0, key.indexOf('\0'));
      FileSnapshot.Entry now = after.files().at(path);
      FileSnapshot.Entry then = before.files().at(path);
      if (now == null ? then == null : now.equals(then)) {
        beyond.add("something staged and changed back");
      }
    }
  }

  static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
