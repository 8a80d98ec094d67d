package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks through git's own directory of a worktree, which goes with it: refs that are the worktree's
 * alone, operations half done, files of an agent's. What git does not write there by itself counts.
 */
final class GitDirectoryInspection {

  private static final int MAX_NAMED = 10;

  /** Entries there while an operation of several steps is half done. */
  private static final List<List<String>> HALF_DONE =
      List.of(
          List.of("rebase-merge", "a rebase half done"),
          List.of("rebase-apply", "a rebase half done"),
          List.of("MERGE_HEAD", "a merge half done"),
          List.of("MERGE_AUTOSTASH", "a stash of a merge"),
          List.of("CHERRY_PICK_HEAD", "a cherry-pick half done"),
          List.of("REVERT_HEAD", "a revert half done"),
          List.of("BISECT_LOG", "a bisection half done"),
          List.of("NOTES_MERGE_WORKTREE", "a merge of notes half done"),
          List.of("locked", "a lock (git worktree lock)"));

  /** What holds nothing that is not elsewhere, or is looked at elsewhere. */
  private static final Pattern OF_GIT =
      Pattern.compile(
          "HEAD|ORIG_HEAD|FETCH_HEAD|REBASE_HEAD|AUTO_MERGE|commondir|gitdir|config\\.worktree|refs"
              + "|index|sharedindex\\..*|index\\.stash\\..*|logs|modules|info|reftable|sequencer"
              + "|MERGE_(MODE|MSG|RR)|SQUASH_MSG|BISECT_.*|NOTES_MERGE_.*|.*_EDITMSG"
              + "|addp-hunk-edit\\.diff|fsmonitor--daemon.*|gc\\.(pid|log)|.*\\.lock|hooks|lfs");

  private final Worktree worktree;
  private final Path directory;
  private final Findings findings;

  GitDirectoryInspection(Worktree worktree, Path directory, Findings findings) {
    this.worktree = worktree;
    this.directory = directory;
    this.findings = findings;
  }

  void inspect(Git git) throws GitException, InterruptedException {
    for (List<String> operation : HALF_DONE) {
      if (Files.exists(directory.resolve(operation.get(0)), LinkOption.NOFOLLOW_LINKS)) {
        findings.beyondPatch(operation.get(1));
      }
    }
    name(others(), "in git's directory of the worktree");
    name(refs(git), "among the refs of the worktree alone");
  }

  private void name(Set<String> found, String where) {
    if (!found.isEmpty()) {
      String named = String.join(", ", found.stream().limit(MAX_NAMED).toList());
      findings.beyondPatch(
          named
              + (found.size() > MAX_NAMED
                  ? " and %d more ".formatted(found.size() - MAX_NAMED)
                  : " ")
              + where);
    }
  }

  private Set<String> others() throws GitException {
    Set<String> others = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path one : all) {
        String name = FileNames.of(one);
        boolean named = HALF_DONE.stream().anyMatch(operation -> operation.get(0).equals(name));
        if (!named && !OF_GIT.matcher(name).matches()) {
          others.add(name);
        }
      }
      return others;
    } catch (DirectoryIteratorException | IOException e) {
      throw failed(e);
    }
  }

  /** Those below {@code refs/worktree} and {@code refs/bisect}, which no other worktree has. */
  private Set<String> refs(Git git) throws GitException, InterruptedException {
    Set<String> found = new TreeSet<>();
    Path refs = directory.resolve("refs");
    if (Files.isDirectory(refs, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> files = Files.walk(refs)) {
        files
            .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
            .map(file -> "refs/" + refs.relativize(file))
            // In the other format for refs, a file that holds none.
            .filter(name -> !name.equals("refs/heads"))
            .forEach(found::add);
      } catch (UncheckedIOException | IOException e) {
        throw failed(e);
      }
    }
    if (Files.exists(directory.resolve("reftable"), LinkOption.NOFOLLOW_LINKS)) {
      worktree
          .git(git)
          .with("for-each-ref", "--format=%(refname)")
          .with("refs/worktree", "refs/bisect", "refs/rewritten")
          .orFail()
          .line()
          .lines()
          .forEach(found::add);
    }
    return found;
  }

  /** Git made a file in the worktree that leads to its directory; none is fine, all else counts. */
  Optional<String> ownGitFile() throws GitException {
    Path own = worktree.path().resolve(".git");
    if (!Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of("a repository of its own in .git");
    }
    try {
      boolean leadsHere =
          SmallFile.line(own)
              .filter(line -> line.startsWith("gitdir: "))
              .map(line -> own.resolveSibling(line.substring("gitdir: ".length())).normalize())
              .filter(directory::equals)
              .isPresent();
      return leadsHere
          ? Optional.empty()
          : Optional.of(".git (it does not lead to git's directory of the worktree any more)");
    } catch (IOException | java.nio.file.InvalidPathException e) {
      return Optional.of(".git (can't be read)");
    }
  }

  private GitException failed(Exception e) {
    Throwable cause = e instanceof IOException ? e : e.getCause();
    return new GitException(
        "cannot read "
            + directory
            + ": "
            + (cause instanceof IOException io ? FileErrors.reason(io) : "it can't be listed"),
        e);
  }
}
