package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Brings a patch into a checkout as uncommitted changes: all of it, or nothing. */
final class PatchApplication {

  private static final int MOST_CONFLICTS = 20;

  private final Git git;
  private final Path top;

  PatchApplication(Git git, Path top) {
    this.git = git;
    this.top = top;
  }

  /**
   * Applies it.
   *
   * @throws GitException when it does not fit; names what stands in its way, and nothing is changed
   */
  void apply(Patch patch) throws GitException, InterruptedException {
    Git.Result check = command("--check").input(patch.text()).run();
    if (!check.fine()) {
      throw new GitException("the changes do not fit " + top + ":\n" + conflicts(patch, check));
    }
    Saved saved = Saved.of(top, patch);
    try {
      Git.Result applied = command().input(patch.text()).run();
      if (!applied.fine()) {
        throw new GitException(
            "the changes could not be written to " + top + ": " + applied.reason());
      }
    } catch (GitException | InterruptedException e) {
      saved.restore();
      throw e;
    }
    saved.discard();
  }

  private Git.Command command(String... more) {
    return git.in(top)
        .with("-c", "apply.whitespace=nowarn", "-c", "apply.ignoreWhitespace=no")
        .with("apply", "--binary", "--whitespace=nowarn")
        .with(more)
        .with("-");
  }

  private String conflicts(Patch patch, Git.Result check)
      throws GitException, InterruptedException {
    boolean there = command("--check", "--reverse").input(patch.text()).run().fine();
    String list =
        check
            .errors()
            .lines()
            .filter(line -> line.startsWith("error:"))
            .map(line -> "  " + line.substring("error:".length()).strip())
            // Git tells of each file twice: where it does not fit, and that it does not.
            .filter(line -> !line.endsWith(": patch does not apply"))
            .distinct()
            .limit(MOST_CONFLICTS)
            .collect(Collectors.joining("\n"));
    return (list.isEmpty() ? "  " + check.reason() : list)
        + (there ? "\nThey seem to be there already." : "\nNothing was changed.");
  }

  /** The files that a patch touches, as they were. */
  private static final class Saved {
    private final Path directory;
    private final Map<Path, Path> copies = new LinkedHashMap<>();
    private final List<Path> touched;

    private Saved(Path directory, List<Path> touched) {
      this.directory = directory;
      this.touched = touched;
    }

    static Saved of(Path top, Patch patch) throws GitException {
      try {
        List<Path> files = patch.files().stream().map(top::resolve).toList();
        Saved saved = new Saved(Files.createTempDirectory("owf-apply-"), files);
        for (Path file : files) {
          if (Files.isSymbolicLink(file) || Files.isRegularFile(file)) {
            Path copy = saved.directory.resolve(Integer.toString(saved.copies.size()));
            copy(file, copy);
            saved.copies.put(file, copy);
          }
        }
        return saved;
      } catch (IOException e) {
        throw new GitException(
            "cannot keep a copy of what the changes touch: " + FileTrouble.reason(e), e);
      } catch (InvalidPathException e) {
        throw new GitException(
            "a file name among the changes is not UTF-8. Take them all with:"
                + " owf diff CALL | git apply",
            e);
      }
    }

    void restore() throws GitException {
      try {
        for (Path file : touched) {
          // A directory in the place of a file is git's to remove; it is empty then or not ours.
          if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(file);
          }
        }
        for (Map.Entry<Path, Path> saved : copies.entrySet()) {
          Files.createDirectories(saved.getKey().resolveSibling(""));
          Files.deleteIfExists(saved.getKey());
          copy(saved.getValue(), saved.getKey());
        }
      } catch (IOException e) {
        throw new GitException(
            "the changes could be written only in part, and what was there could not be put back: "
                + FileTrouble.reason(e)
                + ". It is kept in "
                + directory,
            e);
      }
      discard();
    }

    void discard() {
      try {
        for (Path copy : copies.values()) {
          Files.deleteIfExists(copy);
        }
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        System.getLogger(PatchApplication.class.getName())
            .log(System.Logger.Level.DEBUG, "temporary copies left", e);
      }
    }

    private static void copy(Path from, Path to) throws IOException {
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
