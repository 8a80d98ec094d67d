package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Looks for work in a worktree's submodules. Their repositories lie in git's directory of the
 * worktree and go with it; an agent can write to them, so that git reads their objects through a
 * repository of our own, and their refs without their programs.
 */
final class SubmoduleInspection {

  private static final int MAX_DEPTH = 16;

  private final Git git;
  private final Path modules;
  private final Findings findings;
  private final Set<String> changed = new TreeSet<>();

  /**
   * @param gitDirectory git's own of the worktree
   */
  SubmoduleInspection(Git git, Path gitDirectory, Findings findings) {
    this.git = git;
    this.modules = gitDirectory.resolve("modules");
    this.findings = findings;
  }

  /** The names of those that are not as the base has them. */
  Set<String> changed() {
    return changed;
  }

  /** Looks at one that has a repository. */
  void inspect(Path top, String name, Entry recorded) throws GitException, InterruptedException {
    inspect(FileNames.resolve(top, name), name, recorded.id(), 0);
  }

  private void inspect(Path directory, String name, String commit, int depth)
      throws GitException, InterruptedException {
    Optional<Path> repository = repository(directory);
    if (repository.isEmpty() || depth > MAX_DEPTH) {
      differs(name, "a repository in " + name);
    } else if (!isAsRecorded(directory, repository.get(), name, commit, depth)) {
      differs(name, "the submodule " + name);
    }
  }

  private void differs(String name, String finding) {
    changed.add(name);
    findings.beyondPatch(finding);
  }

  /** Its repository, if it is the one that `git submodule update` makes for this worktree. */
  private Optional<Path> repository(Path directory) throws GitException {
    try {
      Optional<String> pointer = SmallFile.line(directory.resolve(".git"));
      if (pointer.isEmpty() || !pointer.get().startsWith("gitdir: ")) {
        return Optional.empty();
      }
      Path repository = directory.resolve(pointer.get().substring("gitdir: ".length())).normalize();
      return repository.startsWith(modules)
              && Files.isDirectory(repository, LinkOption.NOFOLLOW_LINKS)
              && repository.toRealPath().equals(repository)
          ? Optional.of(repository)
          : Optional.empty();
    } catch (IOException | java.nio.file.InvalidPathException e) {
      return Optional.empty();
    }
  }

  private boolean isAsRecorded(
      Path directory, Path repository, String name, String commit, int depth)
      throws GitException, InterruptedException {
    Git.Result head =
        in(repository).with("rev-parse", "--verify", "--quiet", "HEAD^{commit}").run();
    if (!head.line().equals(commit)) {
      return false;
    }
    try (PrivateRepository objects =
        PrivateRepository.over(git, repository.resolve("objects"), commit, List.of())) {
      Map<String, Entry> tree = objects.tree(commit);
      Path rules = Files.createDirectory(objects.directory().resolve("rules"));
      for (Map.Entry<String, Entry> one : tree.entrySet()) {
        if (one.getKey().equals(".gitignore") || one.getKey().endsWith("/.gitignore")) {
          Path file = FileNames.resolve(rules, one.getKey());
          Files.createDirectories(file.resolveSibling(""));
          Files.write(file, objects.blob(one.getValue().id()));
        }
      }
      Optional<PrivateRepository.Index> index = objects.index(repository);
      if (index.isEmpty()) {
        return false;
      }
      FileInspection.Result found =
          new FileInspection(
                  objects,
                  directory,
                  rules,
                  Baseline.ofTree(tree),
                  BlobId.like(commit, git.deadline()),
                  git.deadline())
              .inspect(index.get(), null);
      for (String inner : found.submodules()) {
        Entry recorded = tree.get(inner);
        if (recorded != null) {
          inspect(
              FileNames.resolve(directory, inner), name + "/" + inner, recorded.id(), depth + 1);
        }
      }
      return found.names().isEmpty() && found.undone().isEmpty();
    } catch (IOException e) {
      throw new GitException("cannot look through the submodule " + name, e);
    }
  }

  /** Commits and stashes that its remote has not, in any of the repositories there are. */
  void commits() throws GitException, InterruptedException {
    if (!Files.exists(modules, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> repositories;
    try (Stream<Path> all = Files.walk(modules)) {
      repositories =
          all.filter(path ->
                  path.endsWith("HEAD")
                      && Files.isDirectory(
                          path.resolveSibling("objects"), LinkOption.NOFOLLOW_LINKS))
              .map(Path::getParent)
              .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new GitException("cannot read " + modules, e);
    }
    for (Path repository : repositories) {
      String own =
          in(repository)
              .with("rev-list", "--count", "--all", "--reflog")
              .with("--not", "--remotes")
              .orFail()
              .line();
      if (!own.equals("0")) {
        findings.beyondPatch(
            Findings.count(Long.parseLong(own), "commit")
                + " in the submodule "
                + modules.relativize(repository));
      }
    }
  }

  /** Its configuration names a working tree, which git would enter: it may be gone, or anywhere. */
  private Git.Command in(Path repository) {
    return git.in(repository).with("--git-dir=" + repository, "--work-tree=" + repository);
  }
}
