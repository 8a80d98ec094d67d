package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a git directory says, read from its files: git is never asked.
 *
 * @param head the commit of HEAD; empty when there is none
 * @param refs by full name, in loose files and in packed-refs
 * @param visited the commits that HEAD's log leads through
 * @param index entry by name and stage: mode and object; null when it can't be read
 * @param skipped names in the index that need not be in the worktree
 * @param halfDone files of operations that are half done, and what the agent put there
 */
record GitFiles(
    String head,
    Map<String, String> refs,
    Set<String> visited,
    @Nullable Map<String, String> index,
    Set<String> skipped,
    Set<String> halfDone) {

  private static final List<String> OPERATIONS =
      List.of(
          "rebase-merge",
          "rebase-apply",
          "MERGE_HEAD",
          "CHERRY_PICK_HEAD",
          "REVERT_HEAD",
          "BISECT_LOG",
          "KEPT_HEAD",
          "locked",
          "notes-of-the-agent",
          "refs/worktree/kept");

  /**
   * Reads them.
   *
   * @param own of one worktree: HEAD, its log, the index
   * @param common of the repository: refs
   */
  static GitFiles of(Path own, Path common) {
    Map<String, String> refs = refs(common);
    if (!own.equals(common)) {
      loose(own, own.resolve("refs"), refs);
    }
    String head = text(own.resolve("HEAD")).strip();
    if (head.startsWith("ref: ")) {
      head = refs.getOrDefault(head.substring("ref: ".length()), "");
    }
    Set<String> visited = new HashSet<>();
    for (String line : text(own.resolve("logs/HEAD")).split("\n")) {
      String[] words = line.split(" ", 3);
      if (words.length == 3) {
        visited.add(words[1]);
      }
    }
    Set<String> halfDone = new HashSet<>();
    for (String name : OPERATIONS) {
      if (Files.exists(own.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        halfDone.add(name);
      }
    }
    Set<String> skipped = new HashSet<>();
    return new GitFiles(
        head,
        refs,
        visited,
        index(own.resolve("index"), common, skipped),
        skipped,
        Set.copyOf(halfDone));
  }

  static Map<String, String> refs(Path common) {
    Map<String, String> refs = new TreeMap<>();
    for (String line : text(common.resolve("packed-refs")).split("\n")) {
      String[] words = line.split(" ", 2);
      if (words.length == 2 && !line.startsWith("#")) {
        refs.put(words[1], words[0]);
      }
    }
    loose(common, common.resolve("refs"), refs);
    return refs;
  }

  private static void loose(Path top, Path directory, Map<String, String> refs) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .forEach(file -> refs.put(top.relativize(file).toString(), text(file).strip()));
    } catch (IOException e) {
      throw new AssertionError("the test can't read " + directory, e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    } catch (IOException e) {
      throw new AssertionError("the test can't read " + file, e);
    }
  }

  /** Entries of versions 2 and 3; null for any other, and for one that is damaged or missing. */
  private static @Nullable Map<String, String> index(Path file, Path common, Set<String> skipped) {
    int length = text(common.resolve("config")).contains("objectformat = sha256") ? 32 : 20;
    Map<String, String> entries = new TreeMap<>();
    try {
      // What a link leads to may be anything.
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return null;
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      if (bytes.getInt() != 0x44495243 || bytes.getInt(4) > 3) {
        return null;
      }
      int count = bytes.getInt(8);
      bytes.position(12);
      for (int i = 0; i < count; i++) {
        entry(bytes, length, entries, skipped);
      }
      // Where it is split, the other entries are in another file.
      boolean split = bytes.remaining() > length && bytes.getInt(bytes.position()) == 0x6C696E6B;
      return split ? null : entries;
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private static void entry(
      ByteBuffer bytes, int length, Map<String, String> entries, Set<String> skipped) {
    int start = bytes.position();
    String mode = Integer.toOctalString(bytes.getInt(start + 24));
    byte[] object = new byte[length];
    bytes.position(start + 40).get(object);
    int flags = bytes.getShort() & 0xFFFF;
    // An entry that is only intended to be added has no content yet.
    int more = (flags & 0x4000) != 0 ? bytes.getShort() : 0;
    boolean intended = (more & 0x2000) != 0;
    int from = bytes.position();
    int end = from;
    while (bytes.get(end) != 0) {
      end++;
    }
    String name = new String(bytes.array(), from, end - from, StandardCharsets.ISO_8859_1);
    if ((more & 0x4000) != 0) {
      skipped.add(name);
    }
    entries.put(
        name + "\0" + (flags >> 12 & 3),
        mode + " " + HexFormat.of().formatHex(object) + (intended ? " intended" : ""));
    bytes.position(start + (end - start + 8) / 8 * 8);
  }
}
