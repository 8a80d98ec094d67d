package dev.agentworkflows.coordinator.worktree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A directory as the file system has it: no link followed, nothing asked of git. Names are bytes,
 * each as a character of Latin-1, so that none is lost.
 *
 * @param entries by path relative to the top; directories too
 */
record FileSnapshot(SortedMap<String, Entry> entries) {

  private static final int TYPE = 0170000;

  /**
   * One entry.
   *
   * @param kind f(ile), d(irectory), l(ink), p(ipe), s(ocket), o(ther) or ? where it can't be read
   * @param mode the permission bits
   * @param content the digest of a file's bytes, a link's target
   */
  record Entry(char kind, int mode, String content) {

    boolean isDirectory() {
      return kind == 'd';
    }

    /** Whether git can hold it: anything else must be named. */
    boolean isOrdinary() {
      return kind == 'f' || kind == 'l' || kind == 'd';
    }

    /** What has to arrive: kind, content, and whether its owner may execute it. */
    boolean arrivedAs(@Nullable Entry there) {
      return there != null
          && kind == there.kind
          && content.equals(there.content)
          && (kind != 'f' || (mode & 0100) == (there.mode & 0100));
    }
  }

  FileSnapshot {
    entries = Collections.unmodifiableSortedMap(entries);
  }

  static FileSnapshot of(Path top) {
    return of(top, path -> true);
  }

  /**
   * Reads it.
   *
   * @param wanted by relative path; what is below an unwanted directory is left out with it
   */
  static FileSnapshot of(Path top, Predicate<String> wanted) {
    SortedMap<String, Entry> entries = new TreeMap<>();
    read(top, "", wanted, entries);
    return new FileSnapshot(entries);
  }

  @Nullable Entry at(String path) {
    return entries.get(path);
  }

  /** Paths that are not the same here and there. */
  TreeSet<String> changed(FileSnapshot there) {
    TreeSet<String> paths = new TreeSet<>(entries.keySet());
    paths.addAll(there.entries.keySet());
    paths.removeIf(path -> {
      Entry here = at(path);
      return here != null && here.equals(there.at(path));
    });
    return paths;
  }

  private static void read(
      Path path, String name, Predicate<String> wanted, Map<String, Entry> entries) {
    Entry entry = entry(path);
    if (entry == null) {
      return;
    }
    entries.put(name, entry);
    if (!entry.isDirectory()) {
      return;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      for (Path child : children) {
        String childName = (name.isEmpty() ? "" : name + "/") + bytesOfName(child);
        if (wanted.test(childName)) {
          read(child, childName, wanted, entries);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      entries.put(name, new Entry('?', entry.mode(), e.getClass().getSimpleName()));
    }
  }

  private static @Nullable Entry entry(Path path) {
    int mode;
    try {
      mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      return new Entry('?', 0, e.getClass().getSimpleName());
    }
    int permissions = mode & 07777;
    try {
      return switch (mode & TYPE) {
        case 0100000 -> new Entry('f', permissions, digest(path));
        case 0040000 -> new Entry('d', permissions, "");
        case 0120000 -> new Entry('l', 0, Files.readSymbolicLink(path).toString());
        case 0010000 -> new Entry('p', permissions, "");
        case 0140000 -> new Entry('s', permissions, "");
        default -> new Entry('o', permissions, "");
      };
    } catch (IOException e) {
      return new Entry('?', permissions, e.getClass().getSimpleName());
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      byte[] buffer = new byte[16384];
      for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The last name of a path, byte for byte: as text Java loses what is not UTF-8. */
  private static String bytesOfName(Path path) {
    String text = String.valueOf(path.getFileName());
    if (text.indexOf('\uFFFD') < 0) {
      return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
    String raw = path.toUri().getRawPath();
    raw = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
    raw = raw.substring(raw.lastIndexOf('/') + 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) == '%') {
        bytes.write(Integer.parseInt(raw.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(raw.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
