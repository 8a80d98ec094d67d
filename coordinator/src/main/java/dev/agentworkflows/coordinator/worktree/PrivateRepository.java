package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A repository of our own that borrows another's objects: git reads them with a configuration that
 * we wrote, and writes what it must into a temporary directory that only we may read. Nothing that
 * an agent wrote can name a program to it: no filter, hook, external diff or remote.
 */
final class PrivateRepository implements AutoCloseable {

  private static final int SHA1_DIGITS = 40;

  /** How git marks a file that need not lie on the disk. */
  private static final String LEFT_OUT = "S";

  /** Of ten million files; it is copied. */
  private static final long MAX_INDEX_BYTES = 2L << 30;

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> OPEN.forEach(PrivateRepository::delete), "owf-git"));
  }

  private final Git git;
  private final Path directory;

  private PrivateRepository(Git git, Path directory) {
    this.git = git;
    this.directory = directory;
  }

  /**
   * Makes one.
   *
   * @param objects of the repository whose objects are read
   * @param example an object id of it: its length tells the format
   * @param settings further lines of its configuration, in section core
   */
  static PrivateRepository over(Git git, Path objects, String example, List<String> settings)
      throws GitException {
    try {
      // Its owner alone may enter it.
      Path directory = Files.createTempDirectory("owf-git-");
      OPEN.add(directory);
      PrivateRepository made = new PrivateRepository(git, directory);
      try {
        made.write(objects, example, settings);
        return made;
      } catch (IOException | RuntimeException e) {
        made.close();
        throw e;
      }
    } catch (IOException e) {
      throw new GitException("cannot write to the temporary directory: " + reason(e), e);
    }
  }

  private void write(Path objects, String example, List<String> settings) throws IOException {
    Files.createDirectories(directory.resolve("objects/info"));
    Files.createDirectory(directory.resolve("refs"));
    Files.createDirectory(directory.resolve("info"));
    Files.writeString(directory.resolve("HEAD"), "ref: refs/heads/none\n");
    Files.write(
        directory.resolve("objects/info/alternates"),
        (quoted(objects) + "\n").getBytes(StandardCharsets.US_ASCII));
    boolean sha1 = example.length() == SHA1_DIGITS;
    Files.writeString(
        directory.resolve("config"),
        "[core]\nrepositoryFormatVersion = "
            + (sha1 ? "0" : "1")
            + "\nbare = false\nfileMode = true\nignoreCase = false\nsymlinks = true\n"
            + "protectNTFS = false\nprotectHFS = false\nsafecrlf = false\n"
            + String.join("\n", settings)
            + "\n"
            + (sha1 ? "" : "[extensions]\nobjectFormat = sha256\n"));
  }

  /** As git reads paths in its files: in quotation marks, each odd byte as three digits. */
  static String quoted(Path path) {
    return quoted(FileNames.raw(path));
  }

  static String quoted(byte[] bytes) {
    StringBuilder quoted = new StringBuilder("\"");
    for (byte b : bytes) {
      int c = b & 0xFF;
      if (c < ' ' || c >= 0x7F || c == '"' || c == '\\') {
        quoted.append('\\').append((char) ('0' + (c >> 6))).append((char) ('0' + (c >> 3 & 7)));
        quoted.append((char) ('0' + (c & 7)));
      } else {
        quoted.append((char) c);
      }
    }
    return quoted.append('"').toString();
  }

  Path directory() {
    return directory;
  }

  /** A command that knows no files but those in {@code top}. */
  Git.Command over(Path top) {
    return started(directory, top);
  }

  /** The same, for commands that take names from where they are started. */
  Git.Command overWorkTree(Path top) {
    return started(top, top);
  }

  private Git.Command started(Path from, Path top) {
    return git.in(from)
        .with("--git-dir=" + directory, "--work-tree=" + top)
        .variable("GIT_CONFIG_GLOBAL", "/dev/null")
        .variable("GIT_CONFIG_SYSTEM", "/dev/null")
        .variable("GIT_CONFIG_NOSYSTEM", "1")
        .variable("GIT_ATTR_NOSYSTEM", "1")
        .variable("GIT_CONFIG_COUNT", "0");
  }

  Git.Command command() {
    return over(directory);
  }

  /** All files of a commit's tree, by name. */
  Map<String, Entry> tree(String commit) throws GitException, InterruptedException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (String line :
        FileNames.split(
            command().with("ls-tree", "-r", "-z", "--full-tree", commit).orFail().output())) {
      int tab = line.indexOf('\t');
      String[] fields = line.substring(0, tab).split(" +");
      entries.put(line.substring(tab + 1), Entry.of(fields[0], fields[2]));
    }
    return entries;
  }

  /**
   * What stands in an index.
   *
   * @param entries what it leads to, by name
   * @param leftOut names that need not lie on the disk, as in a sparse checkout
   */
  record Index(Map<String, Entry> entries, Set<String> leftOut) {

    /** What is taken for one that can't be read: nothing is staged in it. */
    static Index ofTree(Map<String, Entry> tree) {
      return new Index(tree, Set.of());
    }
  }

  /** What stands in a repository's index; none when a link, say, is in its place. */
  Optional<Index> index(Path gitDirectory) throws GitException, InterruptedException {
    Path index = gitDirectory.resolve("index");
    Map<String, Entry> entries = new LinkedHashMap<>();
    Set<String> leftOut = new HashSet<>();
    if (!Files.isRegularFile(index, LinkOption.NOFOLLOW_LINKS)) {
      return Files.exists(index, LinkOption.NOFOLLOW_LINKS)
          ? Optional.empty()
          : Optional.of(new Index(entries, leftOut));
    }
    try (DirectoryStream<Path> shared =
        Files.newDirectoryStream(gitDirectory, "{index,sharedindex.*}")) {
      for (Path file : shared) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          if (Files.size(file) > MAX_INDEX_BYTES) {
            throw new GitException(file + " is larger than any index");
          }
          Files.copy(
              file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new GitException("cannot read the index " + index + ": " + reason(e), e);
    }
    try {
      for (String line :
          FileNames.split(command().with("ls-files", "-s", "-t", "-z").orFail().output())) {
        int tab = line.indexOf('\t');
        String[] fields = line.substring(0, tab).split(" ");
        String name = line.substring(tab + 1);
        boolean resolved = fields[3].equals("0");
        entries.put(name, resolved ? Entry.of(fields[1], fields[2]) : Entry.other());
        if (fields[0].equals(LEFT_OUT)) {
          leftOut.add(name);
        }
      }
      return Optional.of(new Index(entries, leftOut));
    } finally {
      deleteIndex();
    }
  }

  private void deleteIndex() throws GitException {
    try {
      Files.deleteIfExists(directory.resolve("index"));
    } catch (IOException e) {
      throw new GitException("cannot remove a temporary index: " + reason(e), e);
    }
  }

  /** Those of some files that rules make git ignore; the rules are those in {@code rules}. */
  Set<String> ignored(Path rules, Collection<String> names)
      throws GitException, InterruptedException {
    if (names.isEmpty()) {
      return Set.of();
    }
    // A name that begins with a colon would be taken for a pattern.
    Git.Result ignored =
        started(rules, rules)
            .with("check-ignore", "--no-index", "-z", "--stdin")
            .input(FileNames.join(names.stream().map(name -> "./" + name).toList()))
            .run();
    // 1 means that none is.
    if (ignored.exitCode() > 1 || !ignored.whole()) {
      throw new GitException("`git check-ignore` failed: " + ignored.reason());
    }
    Set<String> found = new HashSet<>();
    FileNames.split(ignored.output()).forEach(name -> found.add(name.substring(2)));
    return found;
  }

  /** A blob's bytes. */
  byte[] blob(String id) throws GitException, InterruptedException {
    return command().with("cat-file", "blob", id).orFail().output();
  }

  private static String reason(IOException e) {
    return FileErrors.reason(e);
  }

  private static void delete(Path directory) {
    try {
      FileTree.delete(directory);
    } catch (IOException e) {
      System.getLogger(PrivateRepository.class.getName())
          .log(System.Logger.Level.DEBUG, "temporary repository left", e);
    }
  }

  @Override
  public void close() {
    delete(directory);
    OPEN.remove(directory);
  }
}
