package dev.agentworkflows.coordinator.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateFilesTest {

  @TempDir private Path directory;
  private Path top;
  private Path outside;

  @BeforeEach
  void twoDirectories() throws IOException {
    top = Files.createDirectory(directory.resolve("top"));
    outside = Files.createDirectory(directory.resolve("outside"));
  }

  @Test
  void directoriesBelowAreMadeForTheirOwnerAlone() throws IOException {
    PrivateFiles.createDirectoriesBelow(top, top.resolve("a/b"));
    PrivateFiles.createDirectoriesBelow(top, top.resolve("a/b"));
    PrivateFiles.createDirectoriesBelow(top, top);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(top.resolve("a/b"))))
        .isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/b"})
  void nothingIsMadeBeyondALink(String link) throws IOException {
    Files.createDirectories(top.resolve(link).resolveSibling(""));
    Files.createSymbolicLink(top.resolve(link), outside);

    assertThatThrownBy(() -> PrivateFiles.createDirectoriesBelow(top, top.resolve("a/b/c")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a link or a file that somebody left there");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void norWhereALinkLeadsNowhere() throws IOException {
    Files.createSymbolicLink(top.resolve("a"), outside.resolve("new"));

    assertThatThrownBy(() -> PrivateFiles.createDirectoriesBelow(top, top.resolve("a")))
        .isInstanceOf(IOException.class);
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void theTopItselfMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), outside);

    PrivateFiles.createDirectoriesBelow(link, link.resolve("a"));

    assertThat(outside.resolve("a")).isDirectory();
  }

  @Test
  void nothingIsAppendedBeyondALink() throws IOException {
    Path own = outside.resolve("own.txt");
    Files.writeString(own, "mine");
    Files.createSymbolicLink(top.resolve("there"), own);
    Files.createSymbolicLink(top.resolve("not there"), outside.resolve("new.txt"));

    for (String name : new String[] {"there", "not there"}) {
      assertThatThrownBy(() -> PrivateFiles.append(top.resolve(name)).close())
          .as(name)
          .isInstanceOf(IOException.class);
    }
    assertThat(own).hasContent("mine");
    assertThat(outside.resolve("new.txt")).doesNotExist();
  }

  @Test
  void whatIsAppendedComesAfterWhatWasThere() throws IOException {
    for (String text : new String[] {"one,", "two"}) {
      try (OutputStream file = PrivateFiles.append(top.resolve("file"))) {
        file.write(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThat(top.resolve("file")).hasContent("one,two");
  }

  @Test
  void aFileThatIsWrittenTakesALinksPlace() throws IOException {
    Path own = Files.writeString(outside.resolve("own.txt"), "mine");
    Path file = Files.createSymbolicLink(top.resolve("file"), own);

    PrivateFiles.write(file, "ours");

    assertThat(own).hasContent("mine");
    assertThat(file).hasContent("ours");
    assertThat(Files.isSymbolicLink(file)).isFalse();
  }

  @Test
  void whatAFileHoldsAlreadyIsNotWrittenAgain() throws IOException {
    Path file = directory.resolve("prompt.txt");
    byte[] content = {'a', (byte) 0xff, 'b'};
    PrivateFiles.writeIfOther(file, content);
    Object first = key(file);

    PrivateFiles.writeIfOther(file, content);
    assertThat(key(file)).isEqualTo(first);

    byte[] other = {'a', (byte) 0xfe, 'b'};
    PrivateFiles.writeIfOther(file, other);
    assertThat(file).hasBinaryContent(other);
    assertThat(key(file)).isNotEqualTo(first);
  }

  @Test
  void whatOthersCouldReadIsWrittenAgain() throws IOException {
    Path file = directory.resolve("prompt.txt");
    PrivateFiles.writeIfOther(file, new byte[] {'a'});
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    PrivateFiles.writeIfOther(file, new byte[] {'a'});

    assertThat(PrivateFiles.isOpenToOthers(file)).isFalse();
  }

  @Test
  void aLinkToTheSameContentIsReplaced() throws IOException {
    Path target = Files.write(directory.resolve("target"), new byte[] {'a'});
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    Path file = Files.createSymbolicLink(directory.resolve("prompt.txt"), target);

    PrivateFiles.writeIfOther(file, new byte[] {'a'});

    assertThat(file).isRegularFile();
    assertThat(Files.isSymbolicLink(file)).isFalse();
  }

  private static Object key(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }
}
