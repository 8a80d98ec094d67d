package dev.agentworkflows.it.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.isolation.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Certificates and tokens that are replaced while the coordinator goes on. */
@Timeout(180)
class RenewalIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static Path files;
  private static Served served;

  @BeforeAll
  static void serve() throws IOException {
    files = Files.createDirectories(owf.directory().resolve("files"));
    Pair.make("first").putInPlace();
    token("the-first-token-0123456789");
    served =
        Served.start(
            owf,
            Project.repository(owf, "app"),
            "--tls-cert",
            files.resolve("crt").toString(),
            "--tls-key",
            files.resolve("key").toString(),
            "--token-file",
            files.resolve("token").toString());
  }

  @AfterAll
  static void stop() {
    served.process().terminate();
    served.process().finish();
  }

  private record Pair(Path certificate, Path key) {

    /** By the JDK's own keytool and {@code serve}, as nothing else is sure to be there. */
    static Pair make(String name) {
      Path home = owf.directory().resolve("home-of-" + name);
      Served making =
          Served.start(owf, Project.plain(owf, name), "--self-signed", "--home", home.toString());
      making.process().terminate();
      making.process().finish();
      return new Pair(making.certificate(), home.resolve("tls/self-signed.key"));
    }

    void putInPlace() throws IOException {
      for (var file : List.of("crt", "key")) {
        Path target = files.resolve(file);
        Path fresh = files.resolve(file + ".new");
        Files.deleteIfExists(fresh);
        Files.copy(file.equals("crt") ? certificate : key, fresh);
        Files.setLastModifiedTime(fresh, FileTime.from(Instant.now()));
        Files.move(fresh, target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static void token(String token) throws IOException {
    Path file = files.resolve("token");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, token + "\n");
  }

  private static Finished check(Path ca, Path token) {
    return owf.command("runs")
        .and("--coordinator", served.address(), "--ca", ca.toString())
        .and("--token-file", token.toString())
        .run();
  }

  @Test
  void aRenewedCertificateIsShownWithoutARestart() throws IOException {
    Path token = files.resolve("token");
    Pair second = Pair.make("second");
    Path before = Files.copy(files.resolve("crt"), files.resolve("before"));
    assertThat(check(before, token).exitCode()).isZero();
    assertThat(check(second.certificate(), token).exitCode()).isEqualTo(2);

    second.putInPlace();

    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> check(second.certificate(), token).exitCode() == 0);
    assertThat(check(before, token).exitCode()).isEqualTo(2);
  }

  @Test
  void aReplacedTokenHoldsAndTheOldOneDoesNot() throws IOException {
    Path old = files.resolve("old-token");
    Files.copy(files.resolve("token"), old);
    assertThat(check(files.resolve("crt"), old).exitCode()).isZero();

    token("the-second-token-0123456789");

    Finished refused = check(files.resolve("crt"), old);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.stderr()).contains("does not accept this token");
    assertThat(check(files.resolve("crt"), files.resolve("token")).exitCode()).isZero();
  }
}
