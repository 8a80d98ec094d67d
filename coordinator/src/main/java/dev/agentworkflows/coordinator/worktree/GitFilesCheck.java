package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.RegularFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds pipes and devices in the place of files that git reads, before it is started: it would wait
 * for what they have to say. What is beyond the bounds here ends with the time of the command.
 */
final class GitFilesCheck {

  private static final List<String> FILES =
      List.of(
          "HEAD",
          "commondir",
          "config",
          "config.worktree",
          "gitdir",
          "index",
          "packed-refs",
          "shallow",
          "info/attributes",
          "info/exclude",
          "info/grafts",
          "info/sparse-checkout",
          "objects/info/alternates",
          "logs/HEAD",
          "logs/refs/stash");

  private static final List<String> FILES_OF_OTHERS = List.of("HEAD", "gitdir", "locked");

  private static final Pattern INCLUDE =
      Pattern.compile(
          "^[^#;\\n]*\\bpath\\s*=\\s*(\\S.*)$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  private static final int MAX_ENTRIES = 1000;
  private static final int MAX_DEPTH = 10;
  private static final int MAX_CONFIG_BYTES = 1 << 20;

  private final Git git;

  private GitFilesCheck(Git git) {
    this.git = git;
  }

  /** Those of the repository around a directory, if there is one. */
  static void around(Git git, Path directory) throws GitException {
    for (Path place = directory.toAbsolutePath(); place != null; place = place.getParent()) {
      Path found = place.resolve(".git");
      if (!Files.exists(found)) {
        continue;
      }
      if (!Files.isDirectory(found)) {
        refuseOther(found);
      }
      Optional<Path> own =
          Files.isDirectory(found) ? Optional.of(found) : followed(found, place, "gitdir: ");
      if (own.isPresent()) {
        directory(git, own.get());
        Optional<Path> common = followed(own.get().resolve("commondir"), own.get(), "");
        if (common.isPresent()) {
          directory(git, common.get());
        }
      }
      return;
    }
  }

  private static Optional<Path> followed(Path file, Path from, String prefix) {
    try {
      return SmallFile.line(file)
          .filter(line -> line.startsWith(prefix))
          .map(line -> from.resolve(line.substring(prefix.length())).normalize());
    } catch (IOException | InvalidPathException e) {
      // Git will say what is wrong with it.
      return Optional.empty();
    }
  }

  /** Those of a git directory. */
  static void directory(Git git, Path directory) throws GitException {
    for (String name : FILES) {
      refuseOther(directory.resolve(name));
    }
    GitFilesCheck check = new GitFilesCheck(git);
    check.included(directory.resolve("config"), 0);
    check.included(directory.resolve("config.worktree"), 0);
    check.refs(directory.resolve("refs"));
    check.otherWorktrees(directory.resolve("worktrees"));
  }

  private static void refuseOther(Path file) throws GitException {
    if (RegularFiles.isOther(file)) {
      throw new GitException(file + " is no regular file, so that git can't read it");
    }
  }

  /** Any path that a configuration names: more than those that git includes, and none less. */
  private void included(Path config, int depth) throws GitException {
    if (depth > MAX_DEPTH) {
      return;
    }
    String text;
    try {
      Path real = Files.exists(config) ? config.toRealPath() : config;
      text =
          SmallFile.bytes(real, MAX_CONFIG_BYTES)
              .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
              .orElse("");
    } catch (IOException e) {
      return;
    }
    Matcher paths = INCLUDE.matcher(text.replace("\\\n", "").replace("\\\r\n", ""));
    while (paths.find()) {
      String value = paths.group(1).strip();
      for (String one : List.of(value, value.split("[#;]", 2)[0].strip())) {
        try {
          Path path = path(config, one.replaceAll("\\\\(.)|\"", "$1"));
          if (Files.exists(path) && !Files.isDirectory(path)) {
            refuseOther(path);
            included(path, depth + 1);
          }
        } catch (InvalidPathException e) {
          // Nor can git open that.
        }
      }
    }
  }

  private Path path(Path config, String value) {
    return value.startsWith("~/")
        ? Path.of(git.variable("HOME")).resolve(value.substring(2))
        : config.resolveSibling(value);
  }

  private void refs(Path refs) throws GitException {
    if (!Files.isDirectory(refs, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int[] entries = {0};
    List<Path> pipes = new ArrayList<>();
    try {
      Files.walkFileTree(
          refs,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              boolean other =
                  attributes.isSymbolicLink() ? RegularFiles.isOther(file) : attributes.isOther();
              if (other) {
                pipes.add(file);
              }
              return other || ++entries[0] > MAX_ENTRIES
                  ? FileVisitResult.TERMINATE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // What can't be read here, git can't read either.
    }
    for (Path pipe : pipes) {
      refuseOther(pipe);
    }
  }

  /** Git reads them all before it makes a worktree or removes a branch. */
  private void otherWorktrees(Path all) throws GitException {
    if (!Files.isDirectory(all, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int entries = 0;
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(all)) {
      for (Path directory : directories) {
        for (String name : FILES_OF_OTHERS) {
          refuseOther(directory.resolve(name));
        }
        if (++entries > MAX_ENTRIES) {
          return;
        }
      }
    } catch (IOException e) {
      // Others may come and go meanwhile.
    }
  }
}
