package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An index of its own over a worktree's files, so that git compares all of them with the base:
 * those that are untracked, and those that the worktree's own index was told to overlook. The
 * worktree's index stays as it is, and no content is written to the repository.
 */
final class ScratchIndex implements AutoCloseable {

  private static final String ASSUMED_UNCHANGED = "assume-unchanged";
  private static final String SKIPPED = "skip-worktree";

  private final Git git;
  private final Worktree worktree;
  private final Path file;
  private final List<String> repositoriesInside = new ArrayList<>();

  private ScratchIndex(Git git, Worktree worktree, Path file) {
    this.git = git;
    this.worktree = worktree;
    this.file = file;
  }

  static ScratchIndex of(Git git, Worktree worktree) throws GitException, InterruptedException {
    ScratchIndex index = new ScratchIndex(git, worktree, copyOfIndex(worktree));
    try {
      index.fill();
      return index;
    } catch (GitException | InterruptedException | RuntimeException e) {
      index.close();
      throw e;
    }
  }

  /** A copy, because the worktree's own index knows which files need not be read again. */
  private static Path copyOfIndex(Worktree worktree) throws GitException {
    try {
      Path file = Files.createTempFile("owf-index-", "");
      Path own = worktree.gitDirectory().map(directory -> directory.resolve("index")).orElse(file);
      if (!own.equals(file) && Files.exists(own)) {
        // With its time: by that git knows which of its entries are younger than they look.
        Files.copy(
            own, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      } else {
        // Git takes an empty file for a broken index, and none for an empty one.
        Files.delete(file);
      }
      return file;
    } catch (IOException e) {
      throw new GitException("cannot write a temporary file: " + FileTrouble.reason(e), e);
    }
  }

  private void fill() throws GitException, InterruptedException {
    boolean sparse =
        worktree
            .git(git)
            .with("config", "--type=bool", "--get", "core.sparseCheckout")
            .run()
            .line()
            .equals("true");
    readBase();
    overlookNothing(sparse);
    Set<String> missing = new TreeSet<>(trackedByWorktree());
    for (String name :
        FileNames.split(
            command().with("ls-files", "-z", "--others", "--exclude-standard").orFail().output())) {
      // Git looks into no repository inside another, and names its directory.
      (name.endsWith("/") ? repositoriesInside : missing).add(name);
    }
    missing.removeAll(FileNames.split(command().with("ls-files", "-z").orFail().output()));
    if (!missing.isEmpty()) {
      command()
          .with("--literal-pathspecs", "add", "--intent-to-add", "--force")
          .with(sparse ? new String[] {"--sparse"} : new String[0])
          .with("--pathspec-from-file=-", "--pathspec-file-nul")
          .input(FileNames.join(missing))
          .orFail();
    }
    // A file that was written with what it had before is no difference; 1 says that there are some.
    command().with("update-index", "-q", "--refresh").run();
  }

  /** Over the copy, for what it knows of files; where git will not have that, from nothing. */
  private void readBase() throws GitException, InterruptedException {
    if (command().with("read-tree", "-i", "--reset", worktree.base()).run().fine()) {
      return;
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new GitException("cannot write a temporary file: " + FileTrouble.reason(e), e);
    }
    command().with("read-tree", worktree.base()).orFail();
  }

  /** What the agent told git to take although it is ignored, as far as it is on the disk. */
  private Set<String> trackedByWorktree() throws GitException, InterruptedException {
    Set<String> names = new TreeSet<>();
    names.addAll(
        FileNames.split(
            worktree
                .git(git)
                .with("ls-files", "-z", "--cached", "--ignored", "--exclude-standard")
                .orFail()
                .output()));
    Git.Result committed =
        worktree
            .git(git)
            .with("diff-tree", "-r", "-z", "--name-only", "--diff-filter=d")
            .with(worktree.base(), "HEAD")
            .run();
    // An orphan branch has no HEAD to compare with.
    if (committed.fine()) {
      names.addAll(FileNames.split(committed.output()));
    }
    names.removeIf(name -> !isThere(name));
    return names;
  }

  private boolean isThere(String name) {
    try {
      return Files.exists(worktree.path().resolve(name), LinkOption.NOFOLLOW_LINKS);
    } catch (InvalidPathException e) {
      // Java can't look it up; git will.
      return true;
    }
  }

  /** Agents may have told git to take a file for unchanged; sparse checkouts do so of right. */
  private void overlookNothing(boolean sparse) throws GitException, InterruptedException {
    List<String> assumed = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (String entry : FileNames.split(command().with("ls-files", "-v", "-z").orFail().output())) {
      char tag = entry.charAt(0);
      if (Character.isLowerCase(tag)) {
        assumed.add(entry.substring(2));
      }
      if (Character.toUpperCase(tag) == 'S' && !sparse) {
        skipped.add(entry.substring(2));
      }
    }
    clear(ASSUMED_UNCHANGED, assumed);
    clear(SKIPPED, skipped);
  }

  private void clear(String flag, List<String> names) throws GitException, InterruptedException {
    if (!names.isEmpty()) {
      command()
          .with("update-index", "--no-" + flag, "-z", "--stdin")
          .input(FileNames.join(names))
          .orFail();
    }
  }

  /** A command that uses this index in the place of the worktree's own. */
  Git.Command command() throws GitException {
    return worktree.git(git).variable("GIT_INDEX_FILE", file.toString());
  }

  /** Directories with a repository of their own, each with a slash at its end. */
  List<String> repositoriesInside() {
    return List.copyOf(repositoriesInside);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(Path.of(file + ".lock"));
    } catch (IOException e) {
      System.getLogger(ScratchIndex.class.getName())
          .log(System.Logger.Level.DEBUG, "temporary index left", e);
    }
  }
}
