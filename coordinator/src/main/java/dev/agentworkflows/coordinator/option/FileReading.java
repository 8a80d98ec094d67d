package dev.agentworkflows.coordinator.option;

import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.spi.AttachedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the files that calls name: regular ones of a bounded size. No link is followed at a path's
 * end, and to open a FIFO or a device would wait for somebody else.
 *
 * @param workspace where relative paths begin
 * @param home the coordinator's, which may lie in the workspace
 * @param confined whether files must be below the workspace, links on the way included, and not of
 *     the home or of git
 */
record FileReading(Path workspace, Path home, boolean confined) {

  static final int MAX_FILES = 50;
  static final int MAX_BYTES = 10 << 20;
  static final int MAX_BYTES_TOGETHER = 20 << 20;
  static final int MAX_TEXT_TOGETHER = 4 << 20;

  /** What is to be known of them; their contents are not kept. */
  List<NamedFile> named(List<String> paths) throws OptionException {
    if (paths.size() > MAX_FILES) {
      throw new OptionException(
          "files: expected at most %d, found %d".formatted(MAX_FILES, paths.size()));
    }
    List<NamedFile> files = new ArrayList<>();
    long together = 0;
    long texts = 0;
    for (String path : paths) {
      byte[] content = read(path);
      AttachedFile.Type type = FileContent.type(content);
      if (type == null && FileContent.text(content) == null) {
        throw refused(
            path, "is neither a text in UTF-8, nor an image (PNG, JPEG, GIF, WebP), nor a PDF");
      }
      together += content.length;
      texts += type == null ? content.length : 0;
      refuseAbove(together, MAX_BYTES_TOGETHER, "files");
      refuseAbove(texts, MAX_TEXT_TOGETHER, "texts");
      files.add(new NamedFile(path, type, content.length, Sha256.hex(content)));
    }
    return files;
  }

  private static void refuseAbove(long bytes, long max, String what) throws OptionException {
    if (bytes > max) {
      throw new OptionException(
          "files: the %s of one call may have %d MiB together, and have more"
              .formatted(what, max >> 20));
    }
  }

  /**
   * The content that a file had when its call was made.
   *
   * @throws OptionException when it has another by now: the answer would not be one to the call
   */
  byte[] read(NamedFile file) throws OptionException {
    byte[] content = read(file.path());
    if (!Sha256.hex(content).equals(file.sha256())) {
      throw refused(file.path(), "has changed since the call was made; make the call again");
    }
    return content;
  }

  private byte[] read(String path) throws OptionException {
    try {
      Path file = allowed(path);
      BasicFileAttributes is =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!is.isRegularFile()) {
        String what =
            is.isSymbolicLink()
                ? "a link"
                : is.isDirectory() ? "a directory" : "a pipe, a socket or a device";
        throw refused(path, "is " + what + ", where a regular file was expected");
      }
      if (is.size() > MAX_BYTES) {
        throw tooLarge(path);
      }
      try (InputStream in =
          Channels.newInputStream(
              Files.newByteChannel(
                  file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
        byte[] content = in.readNBytes(MAX_BYTES + 1);
        if (content.length > MAX_BYTES) {
          throw tooLarge(path);
        }
        return content;
      }
    } catch (InvalidPathException e) {
      throw refused(path, "can't be the path of a file");
    } catch (IOException e) {
      throw refused(path, "can't be read: " + FileErrors.reason(e));
    }
  }

  private Path allowed(String path) throws IOException, OptionException {
    if (path.isBlank()) {
      throw new OptionException("files: expected paths, found an empty one");
    }
    Path file = workspace.resolve(path).normalize();
    Path parent = file.getParent();
    if (confined) {
      Path top = workspace.toRealPath();
      if (parent == null || !parent.toRealPath().startsWith(top)) {
        throw refused(
            path, "is outside of the run's workspace, and this coordinator reads no other");
      }
      Path real = parent.toRealPath().resolve(file.getFileName());
      if (real.startsWith(home.toRealPath()) || isOfGit(top.relativize(real))) {
        throw refused(path, "is of git or of this coordinator's home, which it shows to nobody");
      }
    }
    return file;
  }

  /** Git's own files hold the addresses of remotes, with passwords at times. */
  private static boolean isOfGit(Path relative) {
    for (Path part : relative) {
      if (part.toString().equalsIgnoreCase(".git")) {
        return true;
      }
    }
    return false;
  }

  private static OptionException tooLarge(String path) {
    return refused(path, "is larger than %d MiB".formatted(MAX_BYTES >> 20));
  }

  private static OptionException refused(String path, String why) {
    return new OptionException("files: '%s' %s".formatted(path, why));
  }
}
