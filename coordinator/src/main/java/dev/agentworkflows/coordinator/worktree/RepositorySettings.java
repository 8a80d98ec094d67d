package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What in a repository's own files can lead git to a program, or change what it writes and lists:
 * its configuration, hooks, attributes and ignore rules. The user's and the system's configuration
 * are not part of it.
 *
 * @param digests of values and contents, by a name for people
 */
record RepositorySettings(Map<String, String> digests) {

  /** Settings that programs of all kinds write, and that lead `git worktree add` nowhere. */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "branch\\..*|(user|author|committer)\\.(name|email|signingkey)"
              + "|submodule\\.(.+\\.(url|active|branch|ignore)|active)"
              + "|core\\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase"
              + "|precomposeunicode|symlinks|sparsecheckout|sparsecheckoutcone)"
              + "|index\\.sparse|extensions\\.(worktreeconfig|objectformat)"
              + "|(pull|push|rebase|rerere|color|advice|gui|init|column|help|blame)\\..*"
              + "|lfs\\.(repositoryformatversion|.+\\.(access|locksverify))",
          Pattern.DOTALL);

  /** Where nothing is fetched on the way, a remote's address is harmless, too. */
  private static final Pattern OF_REMOTE =
      Pattern.compile(
          "remote\\..+\\.(url|pushurl|fetch|push|tagopt|prune|gh-resolved)|remote\\.pushdefault",
          Pattern.DOTALL);

  private static final Pattern PARTIAL_CLONE =
      Pattern.compile("remote\\..+\\.promisor|extensions\\.partialclone", Pattern.DOTALL);

  private static final int MAX_FILES = 20_000;
  private static final long MAX_DIGESTED = 1 << 20;

  /** As they are now. */
  static RepositorySettings of(Git git, Checkout checkout, String base)
      throws GitException, InterruptedException {
    RepositorySettings settings = new RepositorySettings(new TreeMap<>());
    try {
      settings.configuration(git, checkout);
      settings.hooks(git, checkout, base);
      Path info = checkout.commonDirectory().resolve("info");
      settings.rules("info/attributes", info.resolve("attributes"));
      settings.rules("info/exclude", info.resolve("exclude"));
      return settings;
    } catch (IOException | InvalidPathException e) {
      throw new GitException(
          "the configuration and hooks of "
              + checkout.commonDirectory()
              + " cannot be looked through: "
              + e.getMessage(),
          e);
    }
  }

  /** What is here and not, or not so, in what was known. */
  List<String> missingIn(RepositorySettings known) {
    return digests.entrySet().stream()
        .filter(one -> !one.getValue().equals(known.digests().get(one.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  RepositorySettings and(RepositorySettings more) {
    Map<String, String> both = new TreeMap<>(digests);
    both.putAll(more.digests());
    return new RepositorySettings(both);
  }

  private void configuration(Git git, Checkout checkout) throws GitException, InterruptedException {
    List<String> fields =
        FileNames.split(
            git.in(checkout.top())
                .with("config", "--list", "-z", "--show-scope")
                .orFail()
                .output());
    Map<String, StringBuilder> values = new TreeMap<>();
    boolean partial = false;
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      String scope = fields.get(i);
      int end = fields.get(i + 1).indexOf('\n');
      String key = end < 0 ? fields.get(i + 1) : fields.get(i + 1).substring(0, end);
      boolean ofWorktree = scope.equals("worktree");
      if ((scope.equals("local") || ofWorktree) && !HARMLESS.matcher(key).matches()) {
        partial |= PARTIAL_CLONE.matcher(key).matches();
        values
            .computeIfAbsent(
                key + (ofWorktree ? " (config.worktree of " + checkout.top() + ")" : ""),
                name -> new StringBuilder())
            .append(fields.get(i + 1))
            .append('\0');
      }
    }
    for (Map.Entry<String, StringBuilder> value : values.entrySet()) {
      if (partial || !OF_REMOTE.matcher(value.getKey()).matches()) {
        put(value.getKey(), FileNames.join(List.of(value.getValue().toString())));
      }
    }
  }

  private void hooks(Git git, Checkout checkout, String base)
      throws GitException, InterruptedException, IOException {
    directory("hooks", checkout.commonDirectory().resolve("hooks"));
    // Asked without the option that turns hooks off; nothing runs for that.
    Git.Result configured =
        git.trusting(checkout.top())
            .with("config", "-z", "--type=path", "--get", "core.hooksPath")
            .run();
    if (!configured.fine()) {
      return;
    }
    List<String> values = FileNames.split(configured.output());
    String value = values.isEmpty() ? "" : values.get(0);
    Path path = Path.of(value);
    if (path.isAbsolute()) {
      if (path.normalize().startsWith(checkout.top())) {
        directory(value, path);
      }
    } else if (!value.isEmpty()) {
      // Hooks of the commit that the worktree is made from.
      Git.Result tree =
          git.in(checkout.top())
              .with("rev-parse", "--verify", "--quiet", base + ":" + path.normalize())
              .run();
      if (tree.fine()) {
        put("hooks in " + value, tree.output());
      }
    }
  }

  private void directory(String name, Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    Path top = directory.toRealPath();
    int[] files = {0};
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (++files[0] > MAX_FILES) {
              throw new IOException(top + " holds more than " + MAX_FILES + " files");
            }
            boolean example =
                file.getNameCount() == top.getNameCount() + 1
                    && file.toString().endsWith(".sample");
            if (!example) {
              file(name + "/" + top.relativize(file), file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** A new repository's files of rules hold remarks alone. */
  private void rules(String name, Path file) throws IOException {
    boolean remarks =
        SmallFile.bytes(file, (int) MAX_DIGESTED)
            .filter(bytes ->
                new String(bytes, StandardCharsets.ISO_8859_1)
                    .lines()
                    .allMatch(line -> line.isBlank() || line.startsWith("#")))
            .isPresent();
    if (!remarks) {
      file(name, file);
    }
  }

  private void file(String name, Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path real = Files.exists(file) ? file.toRealPath() : file;
    String target = Files.isSymbolicLink(file) ? "link to " + Files.readSymbolicLink(file) : "";
    String kind = target + (Files.isExecutable(real) ? " executable " : " ");
    if (!Files.isRegularFile(real)) {
      put(name, (kind + "no file").getBytes(StandardCharsets.UTF_8));
    } else if (Files.size(real) > MAX_DIGESTED) {
      put(name, (kind + FileStat.of(real)).getBytes(StandardCharsets.UTF_8));
    } else {
      byte[] content =
          SmallFile.bytes(real, (int) MAX_DIGESTED).orElseThrow(() -> new IOException(name));
      put(name, (kind + Sha256.hex(content)).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void put(String name, byte[] content) {
    digests.merge(
        // Shown to people, and written down in one line.
        name.replaceAll("\\p{Cntrl}", "?"),
        Sha256.hex(content),
        (one, other) -> Sha256.hex((one + other).getBytes(StandardCharsets.UTF_8)));
  }
}
