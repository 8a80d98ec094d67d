package dev.agentworkflows.coordinator.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is in the place of a file of ours. */
@Timeout(20)
class RegularFilesTest {

  @TempDir private Path directory;

  private Path fifo() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    return fifo;
  }

  @Test
  void aFileIsReadAlsoThroughALink() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "täxt");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThat(RegularFiles.readString(file)).isEqualTo("täxt");
    assertThat(RegularFiles.readString(link)).isEqualTo("täxt");
    assertThatThrownBy(() -> RegularFiles.read(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void whatIsNoRegularFileIsNotOpened() throws Exception {
    Path fifo = fifo();
    Path link = Files.createSymbolicLink(directory.resolve("link"), fifo);
    for (Path path :
        new Path[] {fifo, link, directory, Path.of("/dev/zero"), Path.of("/dev/tty")}) {
      if (Files.exists(path)) {
        assertThatThrownBy(() -> RegularFiles.readString(path))
            .as(path.toString())
            .isInstanceOf(FileSystemException.class)
            .hasMessageContaining("no regular file");
      }
    }
  }

  @Test
  void nothingIsAddedToAFifoNorIsItLocked() throws Exception {
    Path fifo = fifo();
    assertThatThrownBy(() -> PrivateFiles.append(fifo)).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> PrivateFiles.openLock(fifo)).isInstanceOf(FileSystemException.class);
  }

  @Test
  void somethingElseIsNoFileAndNotNothing() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);

    assertThat(RegularFiles.isOther(file)).isFalse();
    assertThat(RegularFiles.isOther(directory.resolve("none"))).isFalse();
    assertThat(RegularFiles.isOther(link)).isFalse();
    assertThat(RegularFiles.isOther(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(RegularFiles.isOther(fifo())).isTrue();
    assertThat(RegularFiles.isOther(directory)).isTrue();
  }

  @Test
  void aFileThatComesAndGoesIsNothingElse() throws Exception {
    Path file = directory.resolve("file");
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Void> comingAndGoing =
        CompletableFuture.runAsync(() -> {
          try {
            while (!ended.get()) {
              Files.createFile(file);
              Files.delete(file);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    int other = 0;
    for (int i = 0; i < 50_000; i++) {
      other += RegularFiles.isOther(file, LinkOption.NOFOLLOW_LINKS) ? 1 : 0;
    }
    ended.set(true);

    comingAndGoing.get(10, TimeUnit.SECONDS);
    assertThat(other).isZero();
  }
}
