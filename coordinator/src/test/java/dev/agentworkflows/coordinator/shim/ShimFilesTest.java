package dev.agentworkflows.coordinator.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.UserCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShimFilesTest {

  @TempDir Path temporary;
  private UserCache cache;

  @BeforeEach
  void userWithoutCache() {
    cache = new UserCache(temporary.resolve("owf"));
  }

  @Test
  void severalCoordinatorsUnpackAtOnceAndEachFindsAllOfIt() throws Exception {
    Map<Path, Long> whole = sizes(ShimFiles.unpackOnceInto(cache));
    int crowd = 8;
    for (int round = 0; round < 20; round++) {
      UserCache fresh = new UserCache(temporary.resolve("owf-" + round));
      CyclicBarrier start = new CyclicBarrier(crowd);

      List<Map<Path, Long>> seen =
          atOnce(
              crowd,
              () -> {
                start.await();
                return sizes(ShimFiles.unpackOnceInto(fresh), whole.keySet());
              });

      assertThat(seen).hasSize(crowd).containsOnly(whole);
    }
  }

  @Test
  void whatIsDamagedIsReplacedAndTheRestIsLeftAlone() throws IOException {
    Path shim = ShimFiles.unpackOnceInto(cache);
    Map<Path, Long> whole = sizes(shim);
    List<Path> files = files(shim);
    Files.writeString(shim.resolve(files.get(0)), "cut off");
    Files.delete(shim.resolve(files.get(1)));
    Path compiled = Files.writeString(shim.resolve("compiled.pyc"), "an interpreter has this open");

    assertThat(ShimFiles.unpackOnceInto(cache)).isEqualTo(shim);

    assertThat(sizes(shim, whole.keySet())).isEqualTo(whole);
    assertThat(compiled).exists();
  }

  @Test
  void aFileThatWasChangedKeepingItsSizeAndTimeIsReplaced() throws IOException {
    Path shim = ShimFiles.unpackOnceInto(cache);
    Path file = shim.resolve(files(shim).get(0));
    byte[] whole = Files.readAllBytes(file);
    FileTime modified = Files.getLastModifiedTime(file);
    byte[] changed = whole.clone();
    changed[0] ^= 1;
    Files.write(file, changed);
    Files.setLastModifiedTime(file, modified);

    ShimFiles.unpackOnceInto(cache);

    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void aCacheThatOthersMayWriteToIsRefused() throws IOException {
    Path shim = ShimFiles.unpackOnceInto(cache);
    Files.setPosixFilePermissions(shim, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> ShimFiles.unpackOnceInto(cache))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll(shim.toString(), "can be written to by others");
  }

  @Test
  void aCacheThatIsNoDirectoryIsNamed() throws IOException {
    Files.writeString(cache.directory(), "a file");

    assertThatThrownBy(() -> ShimFiles.unpackOnceInto(cache))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll(cache.directory().toString(), "XDG_CACHE_HOME");
  }

  private static <T> List<T> atOnce(int crowd, Callable<T> task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(crowd);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> done : threads.invokeAll(Collections.nCopies(crowd, task))) {
        results.add(done.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Map<Path, Long> sizes(Path directory) throws IOException {
    return sizes(directory, files(directory));
  }

  private static Map<Path, Long> sizes(Path directory, Collection<Path> files) throws IOException {
    Map<Path, Long> sizes = new TreeMap<>();
    for (Path file : files) {
      sizes.put(file, Files.size(directory.resolve(file)));
    }
    return sizes;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).map(directory::relativize).sorted().toList();
    }
  }
}
