package dev.agentworkflows.coordinator.price;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.RegularFiles;
import dev.agentworkflows.coordinator.home.UserFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A user's price files.
 *
 * @param own what the user wrote; no command of ours writes there
 * @param refreshed what was downloaded, beside it
 * @param named whether the user named the file, so that it has to be there
 */
public record PriceFiles(Path own, Path refreshed, boolean named) {

  private static final String VARIABLE = "OWF_PRICES_FILE";

  /** Where they are, or would be. */
  public static PriceFiles of(Map<String, String> environment) {
    String named = environment.getOrDefault(VARIABLE, "").strip();
    Path own =
        (named.isEmpty()
                ? UserFile.usual("prices.json", environment)
                : UserFile.named(named, environment))
            .toAbsolutePath();
    return new PriceFiles(own, beside(own, "-refreshed"), !named.isEmpty());
  }

  private static Path beside(Path file, String suffix) {
    String name = String.valueOf(file.getFileName());
    String base = name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
    return file.resolveSibling(base + suffix + ".json");
  }

  /** What {@link #refreshed} held before. */
  public Path previous() {
    return beside(refreshed, "-previous");
  }

  /** Those that are there, the user's own first. */
  List<PriceTable> read() {
    List<PriceTable> tables = new ArrayList<>();
    Optional<PriceTable> ownTable = read(own);
    Optional<PriceTable> refreshedTable = read(refreshed);
    if (named && ownTable.isEmpty() && refreshedTable.isEmpty()) {
      throw new RefusedException(new FileRefusal.NamedMissing(VARIABLE, own));
    }
    ownTable.ifPresent(tables::add);
    refreshedTable.ifPresent(tables::add);
    return tables;
  }

  private static Optional<PriceTable> read(Path file) {
    try {
      return Optional.of(PriceTableReader.read(file.toString(), RegularFiles.readString(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CharacterCodingException e) {
      throw new RefusedException(
          new FileRefusal.Malformed(file.toString(), "is not JSON: it is no text in UTF-8"), e);
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.Unreadable(file, FileErrors.reason(e)), e);
    }
  }

  /**
   * Puts a table in the place of the one that was downloaded before, which is kept beside it.
   *
   * @return how many entries it has
   * @throws RefusedException when it is no table, or can't be written: then nothing has changed
   */
  public int refresh(String origin, String text) {
    PriceTable table = PriceTableReader.read(origin, text);
    if (table.entries().isEmpty()) {
      throw new RefusedException(
          new FileRefusal.BadEntry(origin, "\"prices\"", "is empty, where entries were expected"));
    }
    try {
      if (Files.exists(refreshed)) {
        PrivateFiles.write(previous(), RegularFiles.read(refreshed));
      }
      PrivateFiles.writeWithParents(refreshed, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.Unwritable(refreshed, FileErrors.reason(e)), e);
    }
    return table.entries().size();
  }
}
