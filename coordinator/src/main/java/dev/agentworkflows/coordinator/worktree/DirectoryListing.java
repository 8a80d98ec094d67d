package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What lies in a directory, by the file system itself and not by git, which is silent about much.
 * No link is followed. What can't be read is named.
 *
 * @param files all that is no directory, by name from the top
 * @param directories all directories, by name
 * @param repositories directories below the top that have a repository of their own
 * @param unreadable what could not be listed or looked up, with the reason
 */
record DirectoryListing(
    Map<String, FileStat> files,
    Set<String> directories,
    Set<String> repositories,
    Map<String, String> unreadable) {

  private static final int MAX_ENTRIES = 5_000_000;
  private static final String DOT_GIT = ".git";

  static DirectoryListing of(Path top, Deadline deadline)
      throws GitException, InterruptedException {
    DirectoryListing listing =
        new DirectoryListing(
            new LinkedHashMap<>(), new HashSet<>(), new HashSet<>(), new TreeMap<>());
    listing.walk(top, deadline);
    return listing;
  }

  private record Pending(String name, Path path) {}

  private void walk(Path top, Deadline deadline) throws GitException, InterruptedException {
    Deque<Pending> pending = new ArrayDeque<>();
    pending.push(new Pending("", top));
    while (!pending.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while listing " + top);
      }
      deadline.check("listing " + top);
      if (files.size() + directories.size() > MAX_ENTRIES) {
        throw new GitException(top + " holds more than " + MAX_ENTRIES + " files");
      }
      Pending directory = pending.pop();
      try (DirectoryStream<Path> children = Files.newDirectoryStream(directory.path())) {
        for (Path child : children) {
          visit(directory.name(), child, pending);
        }
      } catch (IOException e) {
        unreadable.put(directory.name(), FileErrors.reason(e));
      } catch (DirectoryIteratorException e) {
        IOException cause = e.getCause();
        unreadable.put(
            directory.name(), cause == null ? "it can't be listed" : FileErrors.reason(cause));
      }
    }
  }

  private void visit(String parent, Path child, Deque<Pending> pending) {
    String own = FileNames.of(child);
    String name = parent.isEmpty() ? own : parent + "/" + own;
    if (name.equals(DOT_GIT)) {
      // The worktree's own; what is wrong with it is looked for elsewhere.
      return;
    }
    try {
      FileStat stat = FileStat.of(child);
      if (own.equals(DOT_GIT) && isRepository(child, stat)) {
        repositories.add(parent);
      } else if (stat.isDirectory()) {
        directories.add(name);
        pending.push(new Pending(name, child));
      } else {
        files.put(name, stat);
      }
    } catch (NoSuchFileException e) {
      // It went meanwhile: what is not there can't be lost.
    } catch (IOException e) {
      unreadable.put(name, FileErrors.reason(e));
    }
  }

  /** Anything else by that name is a file like others, which git passes over without a word. */
  private static boolean isRepository(Path dotGit, FileStat stat) throws IOException {
    if (stat.isDirectory()) {
      return Files.exists(dotGit.resolve("HEAD"), LinkOption.NOFOLLOW_LINKS)
          && (Files.exists(dotGit.resolve("objects"), LinkOption.NOFOLLOW_LINKS)
              || Files.exists(dotGit.resolve("commondir"), LinkOption.NOFOLLOW_LINKS));
    }
    if (stat.isLink()) {
      return true;
    }
    byte[] start = new byte[8];
    if (!stat.isFile()) {
      return false;
    }
    try (var in = Files.newInputStream(dotGit, LinkOption.NOFOLLOW_LINKS)) {
      int read = in.readNBytes(start, 0, start.length);
      return new String(start, 0, read, StandardCharsets.ISO_8859_1).equals("gitdir: ");
    }
  }
}
