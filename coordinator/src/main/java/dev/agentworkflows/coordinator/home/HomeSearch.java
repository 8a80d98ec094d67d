package dev.agentworkflows.coordinator.home;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a project's home is: the nearest {@code .workflows} from a directory upward, not beyond the
 * top of its git repository. No program is asked: a {@code .git} entry tells where the top is.
 */
final class HomeSearch {

  private static final String NAME = ".workflows";

  private final Path start;
  private final @Nullable Path top;

  private HomeSearch(Path start, @Nullable Path top) {
    this.start = start;
    this.top = top;
  }

  /** From a directory, or the nearest one above it that is there. */
  static HomeSearch from(Path directory) {
    Path start = real(directory);
    Path place = start;
    while (place != null) {
      if (Files.exists(place.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        return new HomeSearch(start, place);
      }
      place = place.getParent();
    }
    return new HomeSearch(start, null);
  }

  /** The home that is there. */
  Optional<Path> found() throws IOException {
    int user = FileFacts.currentUser();
    for (Path place = start; place != null; place = place.getParent()) {
      if (top == null && !place.equals(start) && !isOnlyOurs(place, user)) {
        return Optional.empty();
      }
      Path home = place.resolve(NAME);
      if (isHome(home)) {
        return Optional.of(home);
      }
      if (place.equals(top)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The home that is there, else where it would be made. */
  Path place() throws IOException {
    return found().orElseGet(() -> (top == null ? start : top).resolve(NAME));
  }

  /** Outside of a repository, nothing is taken from where anybody may leave something. */
  private static boolean isOnlyOurs(Path directory, int user) throws IOException {
    return FileFacts.of(directory)
        .filter(facts -> facts.owner() == user && !facts.isWritableByAll())
        .isPresent();
  }

  /** A user's own {@code ~/.workflows} may hold nothing but settings. */
  private static boolean isHome(Path directory) throws IOException {
    Optional<FileFacts> found = FileFacts.of(directory);
    if (found.isPresent() && !found.get().isDirectory()) {
      throw new RefusedException(new HomeRefusal.NoDirectory(directory));
    }
    return found.isPresent() && HomeFiles.areIn(directory);
  }

  private static Path real(Path directory) {
    for (Path place = directory.toAbsolutePath().normalize();
        place != null;
        place = place.getParent()) {
      try {
        return place.toRealPath();
      } catch (IOException e) {
        // the next one above
      }
    }
    return directory.toAbsolutePath().normalize();
  }
}
