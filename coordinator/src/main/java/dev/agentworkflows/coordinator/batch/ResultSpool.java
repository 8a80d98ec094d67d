package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.BatchResult;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Results on their way into the order of the input: kept in a temporary file as they come, with
 * where each of them is. Not for several threads at once.
 */
final class ResultSpool implements AutoCloseable {

  /** Some more than there can be, so that results without an end are noticed. */
  private static final int MAX_UNKNOWN_RESULTS = 1000;

  private record Place(long offset, int length) {}

  private final BatchRecord batch;
  private final ResultRow row;
  private final Path file;
  private final FileChannel channel;
  private final Map<String, @Nullable Place> places = new HashMap<>();
  private long end;
  private int unknownResults;

  ResultSpool(BatchRecord batch, ResultRow row, Path file) throws IOException {
    this.batch = batch;
    this.row = row;
    this.file = file;
    this.channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    reset();
  }

  /** Forgets what came, before it comes again. */
  void reset() {
    batch.requests().forEach(asked -> places.put(asked.customId(), null));
    end = 0;
    unknownResults = 0;
  }

  /** How many results were for nobody, or came a second time. */
  int unknownResults() {
    return unknownResults;
  }

  void take(BatchResult result) throws AdapterException {
    String id = result.customId();
    if (!places.containsKey(id) || places.get(id) != null) {
      unknownResults++;
      if (unknownResults > batch.requests().size() + MAX_UNKNOWN_RESULTS) {
        throw new AdapterException(
            Kind.PERMANENT, "the provider sends more results than there were questions");
      }
      return;
    }
    byte[] bytes = row.of(result);
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      long at = end;
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
    } catch (IOException e) {
      throw new AdapterException(
          Kind.PERMANENT,
          "cannot write to " + file + ": " + FileErrors.reason(e),
          null,
          Usage.UNKNOWN,
          e);
    }
    places.put(id, new Place(end, bytes.length));
    end += bytes.length;
  }

  /** One row for each question, in their order. */
  void writeTo(OutputStream out) throws IOException {
    for (BatchRecord.Asked asked : batch.requests()) {
      Place place = places.get(asked.customId());
      out.write(place == null ? row.missing(asked) : read(place));
    }
  }

  private byte[] read(Place place) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(place.length());
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, place.offset() + buffer.position()) < 0) {
        throw new IOException(file + " is shorter than what was written to it");
      }
    }
    return buffer.array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }
}
