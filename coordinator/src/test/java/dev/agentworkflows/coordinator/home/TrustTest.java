package dev.agentworkflows.coordinator.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home that this user did not make on this machine is not opened. */
class TrustTest {

  @TempDir private Path temporary;

  private final Map<String, String> environment = new HashMap<>();
  private Path home;

  @BeforeEach
  void makeHome() throws IOException {
    Path directory = temporary.toRealPath();
    environment.put("HOME", directory.resolve("user").toString());
    home = homes().made(directory.resolve("project/.workflows")).directory();
    Files.writeString(home.resolve("workflow.sqlite"), "kept");
  }

  private Homes homes() {
    return Homes.of(environment, UserCache.of(environment));
  }

  private void assertForeign(Path foreign) {
    for (Runnable opening :
        List.<Runnable>of(() -> homes().opened(foreign), () -> homes().made(foreign))) {
      assertThatThrownBy(opening::run)
          .isInstanceOfSatisfying(
              RefusedException.class,
              refused ->
                  assertThat(refused.refusal())
                      .containsInstanceOf(HomeRefusal.NotTrusted.class)
                      .get()
                      .extracting(refusal -> ((HomeRefusal.NotTrusted) refusal).home())
                      .isEqualTo(foreign))
          .hasMessageNotContaining("\n");
    }
  }

  private void assertOpens(Path one) {
    assertThat(homes().opened(one).directory()).isEqualTo(one);
    assertThat(homes().made(one).directory()).isEqualTo(one);
  }

  @Test
  void aHomeThatWasMadeHereOpens() {
    assertOpens(home);
    assertThat(homes().all()).containsExactly(home);
  }

  @Test
  void aCopyIsForeignUntilItIsTrusted() throws IOException {
    Path copy = copied("copy");
    assertForeign(copy);
    homes().trust(copy);
    assertOpens(copy);
    assertOpens(home);
  }

  @Test
  void aMovedHomeIsForeignAndItsOldPlaceIsFree() throws IOException {
    Path moved = home.resolveSibling("moved");
    Files.move(home, moved);
    assertForeign(moved);
    assertThat(homes().made(home).directory()).isEqualTo(home);
    assertThat(home.resolve("workflow.sqlite")).isEmptyFile();
  }

  @Test
  void aCopyThatTookTheHomesPlaceIsForeign() throws IOException {
    Path copy = copied("copy");
    Files.move(home, home.resolveSibling("away"));
    Files.move(copy, home);
    assertForeign(home);
  }

  @Test
  void aDatabaseThatTookTheHomesPlaceIsForeign() throws IOException {
    Path planted = Files.writeString(home.resolveSibling("planted"), "from a commit");
    Files.move(
        planted,
        home.resolve("workflow.sqlite"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertForeign(home);
    homes().trust(home);
    assertOpens(home);
  }

  @Test
  void aDatabaseThatItsOwnerTookAwayIsMadeAgain() throws IOException {
    Files.delete(home.resolve("workflow.sqlite"));
    assertThat(homes().opened(home).directory()).isEqualTo(home);
    assertThat(home.resolve("workflow.sqlite")).doesNotExist();
    homes().made(home);
    assertOpens(home);
    assertThat(home.resolve("workflow.sqlite")).isEmptyFile();
  }

  @Test
  void anotherIdInTheHomeIsForeign() throws IOException {
    Files.writeString(home.resolve("home-id"), "0".repeat(32));
    assertForeign(home);
  }

  @Test
  void anotherUsersStateKnowsNothingOfIt() {
    environment.put("XDG_STATE_HOME", home.resolveSibling("another-state").toString());
    assertForeign(home);
  }

  @Test
  void aRecordThatOthersCouldHaveWrittenCountsForNothing() throws IOException {
    Path records = home.resolve("../../user/.local/state/owf/homes").normalize();
    try (var files = Files.list(records)) {
      for (Path file : files.toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
      }
    }
    assertForeign(home);
  }

  /** The header of an SQLite database: how it keeps a journal, and whose it is. */
  private static byte[] header(int writeVersion, int applicationId) {
    ByteBuffer header = ByteBuffer.allocate(100);
    header.put("SQLite format 3\0".getBytes(StandardCharsets.US_ASCII));
    return header.put(18, (byte) writeVersion).putInt(68, applicationId).array();
  }

  @Test
  void aDatabaseOfAnotherProgramIsNotTrustedEither() throws IOException {
    Path other = Files.createDirectories(home.resolveSibling("other"));
    Files.write(other.resolve("workflow.sqlite"), header(1, 0));

    for (String trusts : List.of("0", "1")) {
      environment.put("OWF_TRUST_HOMES", trusts);
      for (Runnable opening :
          List.<Runnable>of(
              () -> homes().opened(other), () -> homes().made(other), () -> homes().trust(other))) {
        assertThatThrownBy(opening::run)
            .isInstanceOf(RefusedException.class)
            .hasMessageContaining(other.toString())
            .hasMessageContaining("another program's");
      }
    }
    assertThat(other).isDirectoryContaining(file -> file.endsWith("workflow.sqlite"));
    assertThat(other.resolve("home-id")).doesNotExist();
  }

  @Test
  void aDatabaseThatMayBeOursIsAMatterOfTrust() throws IOException {
    Path other = Files.createDirectories(home.resolveSibling("other"));
    for (byte[] header : List.of(header(2, 0), header(1, 0x4F57464A), new byte[100], new byte[3])) {
      Files.write(other.resolve("workflow.sqlite"), header);
      assertForeign(other);
    }
  }

  @Test
  void ciTakesEveryHome() throws IOException {
    Path copy = copied("copy");
    environment.put("OWF_TRUST_HOMES", "1");
    assertOpens(copy);
    environment.put("OWF_TRUST_HOMES", "yes");
    assertForeign(copy);
  }

  @Test
  void aHomeThatOthersMayWriteToIsForeign() throws IOException {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertForeign(home);
    homes().trust(home);
    assertOpens(home);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
        .isEqualTo("rwx------");
  }

  @Test
  void whatOthersMayReadIsTightenedAlsoWhereItExists() throws IOException {
    List<String> files = List.of("workflow.sqlite", "workflow.sqlite-wal", "operator-token");
    for (String name : files) {
      Path file = home.resolve(name);
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
    Files.createDirectories(home.resolve("runs"));
    Files.setPosixFilePermissions(
        home.resolve("runs"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    homes().opened(home);
    for (String name : files) {
      assertThat(Files.getPosixFilePermissions(home.resolve(name)))
          .as(name)
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(Files.getPosixFilePermissions(home.resolve("runs")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aLinkOrPipeInThePlaceOfItsFilesIsRefusedAlsoByTrust() throws Exception {
    Path secret = Files.writeString(home.resolveSibling("secret"), "s");
    for (String name :
        List.of("workflow.sqlite-wal", "workflow.sqlite-journal", "runs", "owners")) {
      Path planted = Files.createSymbolicLink(home.resolve(name), secret);
      refusesAll(name);
      Files.delete(planted);
    }
    assertThat(new ProcessBuilder("mkfifo", home.resolve("batches").toString()).start().waitFor())
        .isZero();
    refusesAll("batches");
  }

  private void refusesAll(String name) {
    for (Callable<?> opening :
        List.<Callable<?>>of(
            () -> homes().opened(home), () -> homes().made(home), () -> homes().trust(home))) {
      assertThatThrownBy(opening::call)
          .as(name)
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(home.resolve(name).toString());
    }
  }

  @Test
  void whoeverComesWhileAHomeIsMadeFindsItsRecord() throws Exception {
    Path fresh = home.resolveSibling("fresh");
    ExecutorService crowd = Executors.newFixedThreadPool(8);
    try {
      List<Callable<WorkflowHome>> openings =
          java.util.Collections.nCopies(8, () -> homes().made(fresh));
      for (Future<WorkflowHome> opened : crowd.invokeAll(openings)) {
        assertThatCode(opened::get).doesNotThrowAnyException();
      }
    } finally {
      crowd.shutdownNow();
    }
    assertOpens(fresh);
  }

  private Path copied(String name) throws IOException {
    Path copy = home.resolveSibling(name);
    try (var files = Files.walk(home)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(home.relativize(file).toString()));
      }
    }
    return copy;
  }

  @Test
  void aDirectoryOfOtherFilesThatIsOpenToOthersIsNotMadeAHome() throws IOException {
    Path shared = Files.createDirectory(home.resolveSibling("shared"));
    Files.writeString(shared.resolve("notes"), "of others");
    for (String rights : List.of("rwxr-xr-x", "rwxrwxrwx")) {
      Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString(rights));

      assertThatThrownBy(() -> homes().made(shared))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(shared + ", which holds other files and is open to others");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
          .isEqualTo(rights);
      assertThat(shared).isDirectoryNotContaining("glob:**/.gitignore");
    }
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwx------"));
    assertThat(homes().made(shared).directory()).isEqualTo(shared);
  }
}
