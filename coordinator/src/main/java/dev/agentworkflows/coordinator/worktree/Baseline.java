package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a worktree was when its agent got it, written down beside it: what its files held on the
 * disk, which rules made git ignore others, where refs led. Against this its work is measured; what
 * the worktree and its repository say afterwards may be the agent's.
 *
 * @param tree the base commit's
 * @param disk what lay on the disk of it; a sparse checkout has less
 * @param modesOnDisk whether the file system and the repository agree on what is executable
 * @param conversion git's settings for line ends at that time
 * @param refs ids by name; null when they were not recorded
 */
record Baseline(
    Map<String, Entry> tree,
    Map<String, Known> disk,
    boolean modesOnDisk,
    boolean fileMode,
    List<String> conversion,
    @Nullable Map<String, String> refs) {

  private static final String FORMAT = "owf-baseline 1";
  private static final String FILES = "files";
  private static final String MAKING = "making";
  private static final int FIELDS = 9;
  private static final int MAX_BYTES = 1 << 30;
  private static final long SECOND = 1_000_000_000;

  /** A file as it was: while its stat is the same, its content need not be read again. */
  record Known(Entry entry, @Nullable FileStat stat) {}

  /** What a making has come to, by what is written down. */
  enum State {
    /** Git was started to make it; no agent got it. */
    MAKING,
    MADE,
    /** An earlier version made it, or somebody took the file away. */
    UNKNOWN
  }

  static State state(Worktree worktree) {
    if (Files.exists(worktree.baseline().resolve(FILES), LinkOption.NOFOLLOW_LINKS)) {
      return State.MADE;
    }
    return Files.exists(worktree.baseline().resolve(MAKING), LinkOption.NOFOLLOW_LINKS)
        ? State.MAKING
        : State.UNKNOWN;
  }

  /** The rules that made git ignore files of this worktree at its base. */
  static Path rules(Worktree worktree) {
    return worktree.baseline().resolve("rules");
  }

  static Path exclude(Worktree worktree) {
    return worktree.baseline().resolve("exclude");
  }

  static Path userExclude(Worktree worktree) {
    return worktree.baseline().resolve("user-exclude");
  }

  static Path making(Worktree worktree) {
    return worktree.baseline().resolve(MAKING);
  }

  /** What is on the disk by the base alone: nothing was written down, so all of it is read. */
  static Baseline ofTree(Map<String, Entry> tree) {
    Map<String, Known> disk = new HashMap<>();
    tree.forEach((name, entry) -> disk.put(name, new Known(entry, null)));
    return new Baseline(tree, disk, true, true, List.of(), null);
  }

  /**
   * Reads what was written down.
   *
   * @return empty when nothing was
   */
  static Optional<Baseline> read(Worktree worktree) throws GitException {
    Path file = worktree.baseline().resolve(FILES);
    try {
      Optional<byte[]> bytes = SmallFile.bytes(file, MAX_BYTES);
      return bytes.isEmpty() ? Optional.empty() : Optional.of(parse(bytes.get()));
    } catch (IOException e) {
      throw new GitException("cannot read " + file + ": " + FileErrors.reason(e), e);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new GitException(file + " is not as it was written", e);
    }
  }

  private static Baseline parse(byte[] bytes) {
    List<String> fields = FileNames.split(bytes);
    if (!fields.get(0).equals(FORMAT)) {
      throw new IllegalArgumentException("another format");
    }
    boolean modesOnDisk = Boolean.parseBoolean(fields.get(1));
    boolean fileMode = Boolean.parseBoolean(fields.get(2));
    List<String> conversion = fields.get(3).lines().toList();
    Map<String, String> refs = null;
    if (!fields.get(4).equals("-")) {
      refs = new HashMap<>();
      for (String line : fields.get(4).lines().filter(line -> !line.isBlank()).toList()) {
        int space = line.indexOf(' ');
        refs.put(line.substring(space + 1), line.substring(0, space));
      }
    }
    Map<String, Entry> tree = new HashMap<>();
    Map<String, Known> disk = new HashMap<>();
    for (int i = 5; i < fields.size(); i += FIELDS) {
      List<String> line = fields.subList(i, i + FIELDS);
      String name = line.get(8);
      tree.put(name, Entry.of(line.get(0), line.get(1)));
      if (!line.get(2).isEmpty()) {
        disk.put(name, known(line));
      }
    }
    return new Baseline(tree, disk, modesOnDisk, fileMode, conversion, refs);
  }

  private static Known known(List<String> line) {
    Entry entry = Entry.of(line.get(2), line.get(3));
    FileStat stat =
        line.get(4).isEmpty()
            ? null
            : new FileStat(
                Integer.parseInt(line.get(4)),
                Long.parseLong(line.get(5)),
                Long.parseLong(line.get(6).split(" ")[0]),
                Long.parseLong(line.get(6).split(" ")[1]),
                Long.parseLong(line.get(7)));
    return new Known(entry, stat);
  }

  byte[] written() {
    List<String> fields = new ArrayList<>();
    fields.add(FORMAT);
    fields.add(Boolean.toString(modesOnDisk));
    fields.add(Boolean.toString(fileMode));
    fields.add(String.join("\n", conversion));
    StringBuilder lines = new StringBuilder(refs == null ? "-" : "\n");
    if (refs != null) {
      refs.forEach((name, id) -> lines.append(id).append(' ').append(name).append('\n'));
    }
    fields.add(lines.toString());
    tree.forEach((name, entry) -> {
      fields.add(entry.mode());
      fields.add(entry.id());
      Known known = disk.get(name);
      FileStat stat = known == null ? null : known.stat();
      fields.add(known == null ? "" : known.entry().mode());
      fields.add(known == null ? "" : known.entry().id());
      fields.add(stat == null ? "" : Integer.toString(stat.mode()));
      fields.add(stat == null ? "" : Long.toString(stat.size()));
      fields.add(stat == null ? "" : stat.modified() + " " + stat.changed());
      fields.add(stat == null ? "" : Long.toString(stat.inode()));
      fields.add(name);
    });
    return FileNames.join(fields);
  }

  /**
   * Whether a file looks otherwise when it is written again: within the file system's own precision
   * it may look the same. Some keep whole seconds alone, a few every other one.
   *
   * @param changed when it was, in nanoseconds
   * @param now by the file system's own clock, which a server may keep
   */
  static boolean isSettled(long changed, long now) {
    long precision = changed % SECOND == 0 ? 2 * SECOND : SECOND / 50;
    return changed + precision < now;
  }

  /**
   * What lies on the disk of a tree's files, right after a checkout of it.
   *
   * @param now by the file system's own clock
   */
  static Map<String, Known> onDisk(
      Path top, Map<String, Entry> tree, Collection<String> converted, BlobId ids, long now)
      throws GitException {
    Map<String, Known> disk = new HashMap<>();
    for (Map.Entry<String, Entry> one : tree.entrySet()) {
      Path path = FileNames.resolve(top, one.getKey());
      Entry entry = one.getValue();
      try {
        FileStat stat = FileStat.of(path);
        boolean trusted = isSettled(stat.changed(), now);
        if (entry.kind() == Entry.Kind.SUBMODULE) {
          if (stat.isDirectory()) {
            disk.put(one.getKey(), new Known(entry, null));
          }
        } else if (stat.isDirectory()) {
          continue;
        } else if (converted.contains(one.getKey()) || stat.isFile() == stat.isLink()) {
          disk.put(one.getKey(), new Known(stat.entry(path, ids), trusted ? stat : null));
        } else {
          Entry found =
              stat.isFile()
                  ? Entry.file(stat.isExecutable(), entry.id())
                  : new Entry(Entry.Kind.LINK, false, entry.id());
          disk.put(one.getKey(), new Known(found, trusted ? stat : null));
        }
      } catch (NoSuchFileException e) {
        // A sparse checkout leaves it out.
      } catch (IOException e) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          throw new GitException("cannot read " + path + ": " + FileErrors.reason(e), e);
        }
      }
    }
    return disk;
  }
}
