package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.ignore.IgnoreNode;

/**
 * Copies files into a new worktree that are in no commit, and that its agent needs all the same:
 * {@code .env}, local settings. A {@code .worktreeinclude} file at the top of the checkout names
 * them as a {@code .gitignore} would. Only what git ignores is copied, so that nothing of it counts
 * as the agent's work.
 */
final class IncludedFiles {

  static final String FILE = ".worktreeinclude";

  private static final int MAX_LIST_BYTES = 1024 * 1024;
  private static final int MAX_FILES = 10_000;
  private static final long MAX_BYTES = 1024L * 1024 * 1024;

  private final Git git;
  private final Path home;

  /**
   * @param home nothing below it is copied
   */
  IncludedFiles(Git git, Path home) {
    this.git = git;
    this.home = home;
  }

  /** Copies what the checkout's file names; nothing without one. */
  void copy(Path checkoutTop, Worktree worktree) throws GitException, InterruptedException {
    Path list = checkoutTop.resolve(FILE);
    if (!Files.isRegularFile(list)) {
      return;
    }
    refuseLongList(list);
    IgnoreNode wanted = parse(list);
    List<String> ignored =
        FileNames.split(
            git.in(checkoutTop)
                .with("ls-files", "-z", "--others", "--ignored", "--exclude-standard")
                .orFail()
                .output());
    List<String> chosen =
        ignored.stream()
            .filter(name -> !name.endsWith("/"))
            .filter(name -> names(wanted, name))
            .filter(name -> isNotOfHome(checkoutTop, name))
            .toList();
    if (chosen.size() > MAX_FILES) {
      throw new GitException(
          "%s names %d files, where at most %d are copied. Name fewer"
              .formatted(list, chosen.size(), MAX_FILES));
    }
    long size = 0;
    try {
      for (String name : chosen) {
        size += regularSize(list, checkoutTop.resolve(name), name);
        if (size > MAX_BYTES) {
          throw new GitException(
              "what %s names has more than %d MiB. Name less"
                  .formatted(list, MAX_BYTES / (1024 * 1024)));
        }
      }
      for (String name : chosen) {
        refuseBeyondLinks(list, worktree.path(), name);
      }
      for (String name : ignoredThere(worktree, chosen)) {
        git.deadline().check("copying " + name);
        copy(checkoutTop.resolve(name), worktree.path(), name);
      }
    } catch (IOException e) {
      throw new GitException(
          "cannot copy what " + list + " names: " + e.getMessage() + ": " + FileErrors.reason(e),
          e);
    } catch (InvalidPathException e) {
      throw new GitException(
          "cannot copy what " + list + " names: a file name can't be written in this locale", e);
    }
  }

  private static void refuseLongList(Path list) throws GitException {
    try {
      if (Files.size(list) > MAX_LIST_BYTES) {
        throw new GitException(list + " is longer than " + MAX_LIST_BYTES + " bytes");
      }
    } catch (IOException e) {
      throw new GitException("cannot read " + list + ": " + FileErrors.reason(e), e);
    }
  }

  /** A pipe would be waited for, and a device read, without end. */
  private static long regularSize(Path list, Path from, String name)
      throws IOException, GitException {
    if (!Files.isRegularFile(from)) {
      throw new GitException(
          "cannot copy "
              + name
              + ", which "
              + list
              + " names: it is no regular file. Name it with a leading `!` to leave it out");
    }
    return Files.size(from);
  }

  private static IgnoreNode parse(Path list) throws GitException {
    IgnoreNode wanted = new IgnoreNode();
    try (InputStream in = Files.newInputStream(list)) {
      wanted.parse(in);
      return wanted;
    } catch (IOException e) {
      throw new GitException("cannot read " + list + ": " + FileErrors.reason(e), e);
    }
  }

  /** As in a {@code .gitignore}: who names a directory names all that is in it. */
  private static boolean names(IgnoreNode wanted, String name) {
    for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
      if (Boolean.TRUE.equals(wanted.checkIgnored(name.substring(0, slash), true))) {
        return true;
      }
    }
    return Boolean.TRUE.equals(wanted.checkIgnored(name, false));
  }

  private boolean isNotOfHome(Path checkoutTop, String name) {
    try {
      return !checkoutTop.resolve(name).startsWith(home.toRealPath());
    } catch (IOException | InvalidPathException e) {
      return true;
    }
  }

  /** A rule in the checkout may be uncommitted, and unknown in the worktree. */
  private Set<String> ignoredThere(Worktree worktree, List<String> names)
      throws GitException, InterruptedException {
    if (names.isEmpty()) {
      return Set.of();
    }
    // A name that begins with a colon would be taken for a pattern.
    Git.Result ignored =
        worktree
            .gitInside(git)
            .with("check-ignore", "-z", "--stdin")
            .input(FileNames.join(names.stream().map(name -> "./" + name).toList()))
            .run();
    // 1 means that none is.
    if (ignored.exitCode() > 1) {
      throw new GitException("`git check-ignore` failed: " + ignored.reason());
    }
    Set<String> found = new HashSet<>();
    FileNames.split(ignored.output()).forEach(name -> found.add(name.substring(2)));
    return found;
  }

  /** In the commit, a link may stand where the checkout has a directory, and lead anywhere. */
  private static void refuseBeyondLinks(Path list, Path worktree, String name) throws GitException {
    Path place = worktree;
    for (Path step : Path.of(name).resolveSibling("")) {
      place = place.resolve(step);
      if (Files.isSymbolicLink(place)) {
        throw new GitException(
            "cannot copy "
                + name
                + ", which "
                + list
                + " names: in the commit, "
                + worktree.relativize(place)
                + " is a symbolic link");
      }
    }
  }

  private static void copy(Path from, Path worktree, String name) throws IOException {
    Path to = worktree.resolve(name);
    Files.createDirectories(to.resolveSibling(""));
    if (Files.isDirectory(from)) {
      throw new IOException("it is a link to a directory; name the files that are needed");
    }
    if (!Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      // What a link leads to, and not the link: writing through it would change the user's file.
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }
}
