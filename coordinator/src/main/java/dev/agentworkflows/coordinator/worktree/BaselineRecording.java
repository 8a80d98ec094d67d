package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes down how a worktree is, before its agent gets it. */
final class BaselineRecording {

  private static final int MAX_REFS_BYTES = 4 << 20;
  private static final int MAX_RULES_BYTES = 4 << 20;

  private final Git git;
  private final Worktree worktree;

  BaselineRecording(Git git, Worktree worktree) {
    this.git = git;
    this.worktree = worktree;
  }

  /** Before git is started: until the end of the making, no agent had the worktree. */
  void begin() throws GitException {
    Path directory = worktree.baseline();
    try {
      PrivateFiles.createDirectoriesBelow(
          directory.resolveSibling("").resolveSibling(""), directory);
      PrivateFiles.write(Baseline.making(worktree), "");
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** What a file that is written now gets, where the worktree is. */
  private long now() throws IOException {
    Path making = Baseline.making(worktree);
    PrivateFiles.write(making, "");
    return FileStat.of(making).changed();
  }

  /** When it stands. */
  void record() throws GitException, InterruptedException {
    Map<String, String> settings = settings();
    try (PrivateRepository objects =
        PrivateRepository.over(
            git, worktree.commonDirectory().resolve("objects"), worktree.base(), List.of())) {
      Map<String, Entry> tree = objects.tree(worktree.base());
      BlobId ids = BlobId.like(worktree.base(), git.deadline());
      Map<String, Baseline.Known> disk =
          Baseline.onDisk(worktree.path(), tree, converted(tree, settings), ids, now());
      boolean fileMode = !"false".equals(settings.get("core.filemode"));
      Baseline baseline =
          new Baseline(
              tree,
              disk,
              fileMode || modesAgree(tree, disk),
              fileMode,
              conversion(settings),
              refs());
      writeRules(objects, tree, settings);
      Path files = worktree.baseline().resolve("files");
      PrivateFiles.write(files, baseline.written());
      Files.delete(Baseline.making(worktree));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private GitException failed(IOException e) {
    return new GitException(
        "cannot write to " + worktree.baseline() + ": " + FileErrors.reason(e), e);
  }

  /** Git's settings of section core that bear on files, by their names in small letters. */
  private Map<String, String> settings() throws GitException, InterruptedException {
    Git.Result found =
        worktree
            .git(git)
            .with("config", "-z", "--get-regexp")
            .with("^core\\.(autocrlf|eol|filemode|excludesfile)$")
            .run();
    Map<String, String> settings = new HashMap<>();
    for (String pair : FileNames.split(found.output())) {
      int end = pair.indexOf('\n');
      String key = (end < 0 ? pair : pair.substring(0, end)).toLowerCase(Locale.ROOT);
      String value = end < 0 ? "true" : pair.substring(end + 1);
      settings.put(key, key.equals("core.excludesfile") ? value : value.toLowerCase(Locale.ROOT));
    }
    return settings;
  }

  private static List<String> conversion(Map<String, String> settings) {
    List<String> lines = new ArrayList<>();
    String autocrlf = settings.getOrDefault("core.autocrlf", "");
    if (Set.of("true", "input").contains(autocrlf)) {
      lines.add("autocrlf = " + autocrlf);
    }
    String eol = settings.getOrDefault("core.eol", "");
    if (Set.of("crlf", "lf").contains(eol)) {
      lines.add("eol = " + eol);
    }
    return lines;
  }

  /** The files that may lie on the disk otherwise than git has them. */
  private Set<String> converted(Map<String, Entry> tree, Map<String, String> settings)
      throws GitException, InterruptedException {
    if (tree.isEmpty()) {
      return Set.of();
    }
    if (conversion(settings).stream()
        .anyMatch(line -> line.endsWith("true") || line.endsWith("crlf"))) {
      return tree.keySet();
    }
    List<String> fields =
        FileNames.split(
            worktree
                .gitInside(git)
                .with("check-attr", "-z", "--stdin")
                .with("filter", "ident", "working-tree-encoding", "eol")
                .input(FileNames.join(tree.keySet()))
                .orFail()
                .output());
    Set<String> converted = new HashSet<>();
    for (int i = 0; i + 2 < fields.size(); i += 3) {
      String value = fields.get(i + 2);
      boolean converts =
          fields.get(i + 1).equals("eol")
              ? value.equals("crlf")
              : !value.equals("unspecified") && !value.equals("unset");
      if (converts) {
        converted.add(fields.get(i));
      }
    }
    return converted;
  }

  /** Some file systems, as WSL's and Docker's mounts, show every file as executable. */
  private static boolean modesAgree(Map<String, Entry> tree, Map<String, Baseline.Known> disk) {
    return disk.entrySet().stream()
        .filter(known -> known.getValue().entry().kind() == Entry.Kind.FILE)
        .allMatch(known -> {
          Entry entry = Objects.requireNonNull(tree.get(known.getKey()));
          return entry.executable() == known.getValue().entry().executable();
        });
  }

  /** Null when there are too many to be written down for each call. */
  private @Nullable Map<String, String> refs() throws GitException, InterruptedException {
    Git.Result all =
        worktree.repository(git).with("for-each-ref", "--format=%(objectname) %(refname)").orFail();
    if (all.output().length > MAX_REFS_BYTES) {
      return null;
    }
    Map<String, String> refs = new HashMap<>();
    for (String line : all.line().lines().filter(line -> !line.isBlank()).toList()) {
      int space = line.indexOf(' ');
      refs.put(line.substring(space + 1), line.substring(0, space));
    }
    if (refs.containsKey("refs/stash")) {
      // The ref leads to the newest alone.
      List<String> stashes =
          worktree
              .repository(git)
              .with("log", "--walk-reflogs", "--format=%H", "refs/stash", "--")
              .orFail()
              .line()
              .lines()
              .toList();
      for (int i = 0; i < stashes.size(); i++) {
        refs.put("refs/stash@{" + i + "}", stashes.get(i));
      }
    }
    return refs;
  }

  private void writeRules(
      PrivateRepository objects, Map<String, Entry> tree, Map<String, String> settings)
      throws GitException, InterruptedException, IOException {
    Path rules = Baseline.rules(worktree);
    PrivateFiles.createDirectories(rules);
    for (Map.Entry<String, Entry> one : tree.entrySet()) {
      String name = one.getKey();
      boolean isRule = name.equals(".gitignore") || name.endsWith("/.gitignore");
      if (isRule && one.getValue().kind() == Entry.Kind.FILE) {
        Path file = FileNames.resolve(rules, name);
        Files.createDirectories(file.resolveSibling(""));
        Files.write(file, objects.blob(one.getValue().id()));
      }
    }
    copyRule(worktree.commonDirectory().resolve("info/exclude"), Baseline.exclude(worktree));
    Optional<Path> users = userExclude(settings);
    if (users.isPresent()) {
      copyRule(users.get(), Baseline.userExclude(worktree));
    }
  }

  /** The user's may be a link, as those who keep such files in a repository have them. */
  private static void copyRule(Path from, Path to) throws IOException {
    if (Files.isRegularFile(from)) {
      Optional<byte[]> bytes = SmallFile.bytes(from.toRealPath(), MAX_RULES_BYTES);
      if (bytes.isPresent()) {
        PrivateFiles.write(to, bytes.get());
      }
    }
  }

  private Optional<Path> userExclude(Map<String, String> settings)
      throws GitException, InterruptedException {
    try {
      if (settings.containsKey("core.excludesfile")) {
        String path =
            new String(
                worktree
                    .git(git)
                    .with("config", "-z", "--type=path", "--get", "core.excludesFile")
                    .orFail()
                    .output(),
                StandardCharsets.UTF_8);
        Path file = Path.of(path.replace("\0", ""));
        return file.isAbsolute() ? Optional.of(file) : Optional.empty();
      }
      String xdg = git.variable("XDG_CONFIG_HOME");
      String home = git.variable("HOME");
      if (!xdg.isEmpty()) {
        return Optional.of(Path.of(xdg, "git", "ignore"));
      }
      return home.isEmpty()
          ? Optional.empty()
          : Optional.of(Path.of(home, ".config", "git", "ignore"));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
