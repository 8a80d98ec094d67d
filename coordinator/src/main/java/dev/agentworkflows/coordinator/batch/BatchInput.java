package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.spi.BatchItem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * The questions of a file with JSON Lines, all of them well-formed.
 *
 * @param file absolute
 */
public record BatchInput(Path file, List<BatchItem> items) {

  /** Above what any provider takes. */
  private static final long LARGEST = 1L << 30;

  private static final int MAX_PIPED = 32 << 20;
  private static final int MAX_TOLD = 5;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  public BatchInput {
    items = List.copyOf(items);
  }

  /**
   * Reads the file as a whole.
   *
   * @param rules what makes an item of a line
   * @throws RefusedException names the lines that make no sense
   */
  public static BatchInput read(Path file, InputLine rules) {
    byte[] bytes = bytes(file);
    List<BatchItem> items = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Map<String, Integer> lineOfId = new HashMap<>();
    int number = 0;
    for (int start = begin(bytes); start < bytes.length; ) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      number++;
      try {
        BatchItem item = rules.item(Arrays.copyOfRange(bytes, start, end), number);
        if (item != null) {
          refuseTwice(item, lineOfId.putIfAbsent(item.customId(), number));
          items.add(item);
        }
      } catch (InputLine.MalformedException e) {
        problems.add("line " + number + ": " + e.getMessage());
      }
      start = end + 1;
    }
    refuse(file, problems, items.isEmpty());
    return new BatchInput(file.toAbsolutePath().normalize(), items);
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new RefusedException(new BatchRefusal.IsDirectory(file));
      }
      if (Files.size(file) > LARGEST) {
        throw new RefusedException(new BatchRefusal.TooLarge(file));
      }
      return Files.isRegularFile(file) ? Files.readAllBytes(file) : ofPipe(file);
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.Unreadable(file, FileErrors.reason(e)), e);
    }
  }

  /** A device may have no end. */
  private static byte[] ofPipe(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_PIPED + 1);
      if (bytes.length > MAX_PIPED) {
        throw new RefusedException(new BatchRefusal.PipeTooLarge(file, MAX_PIPED >> 20));
      }
      return bytes;
    }
  }

  private static int begin(byte[] bytes) {
    return bytes.length >= 3 && Arrays.equals(bytes, 0, 3, BYTE_ORDER_MARK, 0, 3) ? 3 : 0;
  }

  private static void refuseTwice(BatchItem item, @Nullable Integer earlier)
      throws InputLine.MalformedException {
    if (earlier != null) {
      throw new InputLine.MalformedException(
          "the custom_id '%s' is that of line %d already".formatted(item.customId(), earlier));
    }
  }

  private static void refuse(Path file, List<String> problems, boolean empty) {
    if (problems.isEmpty() && empty) {
      throw new RefusedException(new BatchRefusal.Empty(file));
    }
    if (!problems.isEmpty()) {
      int told = Math.min(MAX_TOLD, problems.size());
      throw new RefusedException(
          new BatchRefusal.BadLines(
              file, List.copyOf(problems.subList(0, told)), problems.size() - told));
    }
  }

  /** The same for the same questions to the same provider, whatever the file is called. */
  String sha256(String provider) {
    MessageDigest digest = Sha256.digest();
    digest.update((provider + "\n").getBytes(StandardCharsets.UTF_8));
    for (BatchItem item : items) {
      ArrayNode parts = Json.array();
      parts.add(item.customId()).add(item.prompt()).add(item.model());
      parts.add(item.system()).add(item.maxTokens());
      digest.update((Json.write(parts) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
