package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.RegularFiles;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The batches of a home: a file for each, and one for its results beside it. A record is on the
 * disk when it was saved.
 */
public final class BatchRecords {

  private static final String ENDING = ".json";

  /** A record of a million questions. */
  private static final int MAX_BYTES = 256 * 1024 * 1024;

  private static final Pattern ID = Pattern.compile("batch_\\d{8}_\\d{6}_[0-9a-f]{6}");

  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);

  private final Path directory;

  public BatchRecords(WorkflowHome home) {
    this.directory = home.batches();
  }

  /** An id that sorts by time. */
  static String newId(Instant now, RandomGenerator random) {
    return "batch_%s_%06x".formatted(SECOND.format(now), random.nextInt(1 << 24));
  }

  /** Where the results of a batch are, or will be. */
  public Path results(BatchRecord record) {
    Path results = directory.resolve(record.id() + ".results.jsonl");
    if (RegularFiles.isOther(results, LinkOption.NOFOLLOW_LINKS)) {
      throw new RefusedException(new FileRefusal.NotRegular(results));
    }
    return results;
  }

  /** For what is on its way to becoming results; on the same disk as they. */
  Path temporary() throws IOException {
    PrivateFiles.createDirectories(directory);
    return Files.createTempFile(directory, ".results", ".tmp");
  }

  /** Writes a record in the place of what was known before. */
  BatchRecord save(BatchRecord record) throws IOException {
    PrivateFiles.createDirectories(directory);
    byte[] json = Json.writePretty(BatchJson.whole(record)).getBytes(StandardCharsets.UTF_8);
    PrivateFiles.writeDurably(directory.resolve(record.id() + ENDING), file -> file.write(json));
    return record;
  }

  /** Forgets a batch that never was. */
  void remove(BatchRecord record) throws IOException {
    Files.deleteIfExists(directory.resolve(record.id() + ENDING));
  }

  /** Runs what no other process may do at the same time. */
  <T> T alone(Locked<T> work) throws IOException {
    PrivateFiles.createDirectories(directory);
    try (FileChannel channel = PrivateFiles.openLock(directory.resolve(".lock"));
        FileLock lock = channel.lock()) {
      return work.run();
    }
  }

  /** Work under the lock. */
  @FunctionalInterface
  interface Locked<T> {
    T run() throws IOException;
  }

  /** All of them, the newest first; one that can't be read is refused. */
  List<BatchRecord> all() {
    return readable(problem -> {
      throw new RefusedException(problem);
    });
  }

  /**
   * Those that can be read, the newest first.
   *
   * @param problems gets one for each of the others
   */
  public List<BatchRecord> readable(Consumer<BatchRefusal> problems) {
    List<BatchRecord> records = new ArrayList<>();
    for (Path file : files()) {
      try {
        records.add(own(file, BatchJson.read(PrivateFiles.read(file, MAX_BYTES))));
      } catch (NoSuchFileException e) {
        // forgotten since the directory was read
      } catch (IOException e) {
        problems.accept(new BatchRefusal.UnreadableRecord(file, FileErrors.reason(e)));
      } catch (JsonTextException e) {
        problems.accept(new BatchRefusal.DamagedRecord(file, String.valueOf(e.getMessage())));
      }
    }
    records.sort(Comparator.comparing(BatchRecord::createdAt).reversed());
    return records;
  }

  /** A record's id is its file's name: results go where it says. */
  private static BatchRecord own(Path file, BatchRecord record) {
    if (!ID.matcher(record.id()).matches() || !file.endsWith(record.id() + ENDING)) {
      throw new JsonTextException("its id is not its file's name");
    }
    return record;
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^.].*\\.json"))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.Unreadable(directory, FileErrors.reason(e)), e);
    }
  }

  /** The batch with this id, ours or the provider's; or the {@code latest}. */
  public BatchRecord find(String id) {
    List<BatchRefusal> problems = new ArrayList<>();
    List<BatchRecord> all = readable(problems::add);
    return all.stream()
        .filter(record ->
            id.equals("latest") || id.equals(record.id()) || id.equals(record.providerBatchId()))
        .findFirst()
        .orElseThrow(() ->
            new RefusedException(
                problems.isEmpty() ? new BatchRefusal.UnknownBatch(id) : problems.get(0)));
  }
}
