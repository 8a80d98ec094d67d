package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes changes in git's format, for people and for {@code git apply}: from the base's tree to the
 * worktree's files as git would store them, line ends converted, but through no program.
 */
final class PatchText {

  private static final String ABSENT = "0 0000000000000000000000000000000000000000\t";

  private final Git git;
  private final Worktree worktree;
  private final Baseline baseline;
  private final List<Change> changes;

  PatchText(Git git, Worktree worktree, Baseline baseline, List<Change> changes) {
    this.git = git;
    this.worktree = worktree;
    this.baseline = baseline;
    this.changes = changes;
  }

  byte[] render() throws GitException, InterruptedException {
    if (changes.isEmpty()) {
      return new byte[0];
    }
    worktree.requireDirectory();
    try (PrivateRepository objects = FileInspection.objects(git, worktree, baseline)) {
      Path top = attributesCanBeRead() ? worktree.path() : objects.directory();
      Map<String, String> ids = stored(objects, top);
      objects.over(top).with("read-tree", worktree.base()).orFail();
      stage(objects, top, ids);
      return objects
          .over(top)
          .with("diff-index", "--cached", "-M", "--patch", "--binary", "--full-index")
          .with("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
          .with("-U3", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/")
          .with(worktree.base())
          .orFail()
          .output();
    }
  }

  /** Git opens them, and would wait for ever for what a pipe by that name has to say. */
  private boolean attributesCanBeRead() throws GitException, InterruptedException {
    return DirectoryListing.of(worktree.path(), git.deadline()).files().entrySet().stream()
        .filter(file ->
            file.getKey().equals(".gitattributes") || file.getKey().endsWith("/.gitattributes"))
        .allMatch(file -> file.getValue().isFile());
  }

  /** Each content's id, by name, in a store of our own. */
  private Map<String, String> stored(PrivateRepository objects, Path top)
      throws GitException, InterruptedException {
    List<String> files = new ArrayList<>();
    List<String> links = new ArrayList<>();
    for (Change change : changes) {
      Entry after = change.after();
      if (after != null) {
        (after.kind() == Entry.Kind.LINK ? links : files).add(change.name());
      }
    }
    Map<String, String> ids = new LinkedHashMap<>();
    List<Path> paths = new ArrayList<>();
    for (String name : files) {
      Path path = FileNames.resolve(worktree.path(), name);
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new GitException(path + " was changed meanwhile");
      }
      paths.add(path);
    }
    List<String> hashed = top.equals(worktree.path()) ? hash(objects, top, files) : List.of();
    put(ids, files, hashed.isEmpty() ? rawHashes(objects, paths) : hashed);
    put(ids, links, rawHashes(objects, targets(objects, links)));
    return ids;
  }

  private static void put(Map<String, String> ids, List<String> names, List<String> hashed)
      throws GitException {
    if (hashed.size() != names.size()) {
      throw new GitException("git stored " + hashed.size() + " of " + names.size() + " files");
    }
    for (int i = 0; i < names.size(); i++) {
      ids.put(names.get(i), hashed.get(i));
    }
  }

  /** Targets of links as files of ours, so that git never follows one. */
  private List<Path> targets(PrivateRepository objects, List<String> links) throws GitException {
    List<Path> files = new ArrayList<>();
    for (String name : links) {
      Path link = FileNames.resolve(worktree.path(), name);
      Path file = objects.directory().resolve("link" + files.size());
      try {
        Files.write(file, FileNames.raw(Files.readSymbolicLink(link)));
      } catch (IOException e) {
        throw new GitException("cannot read " + link + ": " + FileErrors.reason(e), e);
      }
      files.add(file);
    }
    return files;
  }

  private List<String> rawHashes(PrivateRepository objects, List<Path> paths)
      throws GitException, InterruptedException {
    if (paths.isEmpty()) {
      return List.of();
    }
    StringBuilder input = new StringBuilder();
    paths.forEach(path -> input.append(PrivateRepository.quoted(path)).append('\n'));
    return objects
        .command()
        .with("hash-object", "-w", "--no-filters", "--stdin-paths")
        .input(input.toString().getBytes(StandardCharsets.US_ASCII))
        .orFail()
        .line()
        .lines()
        .toList();
  }

  /** Empty where git can't convert one of them, as by an encoding that it does not have. */
  private List<String> hash(PrivateRepository objects, Path top, List<String> names)
      throws GitException, InterruptedException {
    if (names.isEmpty()) {
      return List.of();
    }
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    for (String name : names) {
      byte[] bytes = FileNames.join(List.of(name));
      byte[] own = Arrays.copyOf(bytes, bytes.length - 1);
      input.writeBytes((PrivateRepository.quoted(own) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    Git.Result hashed =
        objects
            .overWorkTree(top)
            .with("hash-object", "-w", "--stdin-paths")
            .input(input.toByteArray())
            .run();
    return hashed.fine() ? hashed.line().lines().toList() : List.of();
  }

  private void stage(PrivateRepository objects, Path top, Map<String, String> ids)
      throws GitException, InterruptedException {
    List<String> lines = new ArrayList<>();
    for (Change change : changes) {
      Entry after = change.after();
      if (after == null) {
        lines.add(ABSENT + change.name());
      }
    }
    for (Change change : changes) {
      Entry after = change.after();
      if (after != null) {
        lines.add(after.mode() + " " + ids.get(change.name()) + " 0\t" + change.name());
      }
    }
    if (!stage(objects, top, lines)) {
      // One that git will not have must not hide the others.
      for (String line : lines) {
        stage(objects, top, List.of(line));
      }
    }
  }

  private static boolean stage(PrivateRepository objects, Path top, List<String> lines)
      throws GitException, InterruptedException {
    return objects
        .over(top)
        .with("update-index", "--add", "--replace", "-z", "--index-info")
        .input(FileNames.join(lines))
        .run()
        .fine();
  }
}
