package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteJDBCLoader;

@Timeout(60)
class SqliteNativeTest {
  @TempDir Path directory;
  private Path cache;
  private Path temporary;

  /** Says whether the driver was told a library, and opens a store with what it was told. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] args) {
      SqliteNative.unpackOnceInto(Path.of(args[0]));
      try (Store store = Store.open(Path.of(args[1]))) {
        store.writer().addRun(Samples.run("run_" + ProcessHandle.current().pid())).join();
      }
      System.out.println(System.getProperty("org.sqlite.lib.path"));
    }
  }

  @BeforeEach
  void makeDirectories() throws IOException {
    cache = directory.resolve("cache");
    temporary = Files.createDirectory(directory.resolve("temporary"));
  }

  @Test
  void theLibraryIsUnpackedOnceForOurEyesAlone() throws Exception {
    Path unpackedInto = Path.of(open());

    assertThat(unpackedInto).hasParent(cache);
    assertThat(unpackedInto.getFileName().toString())
        .startsWith("sqlite-" + SQLiteJDBCLoader.getVersion() + "-");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unpackedInto)))
        .isEqualTo("rwx------");
    Path library = libraryIn(unpackedInto);
    Object inode = Files.getAttribute(library, "unix:ino");

    assertThat(open()).isEqualTo(unpackedInto.toString());
    assertThat(Files.getAttribute(library, "unix:ino")).isEqualTo(inode);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void processesThatUnpackAtOnceDoNotDisturbEachOther() throws Exception {
    List<Process> openers = List.of(opener(), opener(), opener());
    for (Process opener : openers) {
      assertThat(opener.inputReader().readLine()).startsWith(cache.toString());
      assertThat(opener.waitFor()).isZero();
    }

    assertThat(libraryIn(onlyFileIn(cache))).isNotEmptyFile();
  }

  @Test
  void aLibraryThatWasTouchedIsUnpackedAgain() throws Exception {
    Path library = libraryIn(Path.of(open()));
    byte[] whole = Files.readAllBytes(library);
    FileTime modified = Files.getLastModifiedTime(library);
    byte[] changed = whole.clone();
    changed[changed.length / 2] ^= 1;
    Files.write(library, changed);
    Files.setLastModifiedTime(library, modified);

    open();

    assertThat(Files.readAllBytes(library)).isEqualTo(whole);
  }

  @Test
  void aCacheThatOthersMayWriteIsNotUsed() throws Exception {
    Path unpackedInto = Path.of(open());
    Files.setPosixFilePermissions(unpackedInto, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(open()).isEqualTo("null");
  }

  @Test
  void aCacheThatCantBeMadeIsDoneWithout() throws Exception {
    Files.createFile(cache);

    assertThat(open()).isEqualTo("null");
  }

  private String open() throws IOException, InterruptedException {
    Process opener = opener();
    String told = opener.inputReader().readLine();
    assertThat(opener.waitFor()).isZero();
    return told;
  }

  private Process opener() throws IOException {
    return ChildJvm.start(
        Opener.class, temporary, cache.toString(), directory.resolve("workflow.sqlite").toString());
  }

  private static Path libraryIn(Path directory) {
    return directory.resolve(System.mapLibraryName("sqlitejdbc"));
  }

  private static Path onlyFileIn(Path parent) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }
}
