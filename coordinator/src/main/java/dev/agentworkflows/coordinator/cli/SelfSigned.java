package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.Programs;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.RegularFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** A certificate that vouches for itself, for a first try: made once, by the JDK's keytool. */
final class SelfSigned {

  private static final String ALIAS = "owf";
  private static final int VALID_DAYS = 365;
  private static final Duration KEYTOOL_LIMIT = Duration.ofSeconds(60);

  private final Path certificate;
  private final Path key;

  private SelfSigned(Path certificate, Path key) {
    this.certificate = certificate;
    this.key = key;
  }

  Path certificate() {
    return certificate;
  }

  Path key() {
    return key;
  }

  /**
   * The pair in this directory, made when it is not there.
   *
   * @param host the name or address that clients will use
   */
  static SelfSigned in(Path directory, String host) {
    SelfSigned files =
        new SelfSigned(directory.resolve("self-signed.crt"), directory.resolve("self-signed.key"));
    if (!files.isThere()) {
      try {
        PrivateFiles.createDirectories(directory);
        files.makeOnce(directory, host);
      } catch (IOException e) {
        throw new RefusedException(
            "cannot make a certificate in " + directory + ": " + FileErrors.reason(e) + ".", e);
      } catch (GeneralSecurityException e) {
        throw new RefusedException(
            "cannot make a certificate in " + directory + ": " + e.getMessage() + ".", e);
      }
    }
    return files;
  }

  private boolean isThere() {
    for (Path file : List.of(certificate, key)) {
      if (RegularFiles.isOther(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new RefusedException(file + " is no regular file.\nLook at it, and move it away.");
      }
    }
    return Files.exists(certificate) && Files.exists(key);
  }

  /** Of two processes that start at once, the second takes what the first has made. */
  private void makeOnce(Path directory, String host) throws IOException, GeneralSecurityException {
    try (FileChannel channel = PrivateFiles.openLock(directory.resolve(".lock"));
        FileLock lock = channel.lock()) {
      if (!isThere()) {
        make(directory, host);
      }
    }
  }

  private void make(Path directory, String host) throws IOException, GeneralSecurityException {
    Path store = Files.createTempDirectory(directory, "making").resolve("pair.p12");
    char[] password = "for this file's one minute".toCharArray();
    try {
      keytool(
          "-genkeypair",
          "-alias",
          ALIAS,
          "-keyalg",
          "EC",
          "-groupname",
          "secp256r1",
          "-validity",
          String.valueOf(VALID_DAYS),
          "-dname",
          "CN=owf",
          "-ext",
          "SAN=" + names(host),
          "-ext",
          "BC:critical=ca:true",
          "-ext",
          "KU:critical=digitalSignature,keyCertSign",
          "-ext",
          "EKU=serverAuth",
          "-storetype",
          "PKCS12",
          "-keystore",
          store.toString(),
          "-storepass",
          new String(password));
      KeyStore pair = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        pair.load(in, password);
      }
      PrivateFiles.write(key, pem("PRIVATE KEY", pair.getKey(ALIAS, password).getEncoded()));
      PrivateFiles.write(certificate, pem("CERTIFICATE", pair.getCertificate(ALIAS).getEncoded()));
    } finally {
      Files.deleteIfExists(store);
      Files.deleteIfExists(store.resolveSibling(""));
    }
  }

  private static String names(String host) throws IOException {
    List<String> names = new ArrayList<>(List.of("dns:localhost", "ip:127.0.0.1"));
    boolean address = host.matches("[0-9.]+") || host.contains(":");
    if (address && !InetAddress.getByName(host).isAnyLocalAddress()) {
      names.add("ip:" + host);
    }
    if (!address && !host.equals("localhost")) {
      names.add("dns:" + host);
    }
    String own = ownName();
    if (own.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*") && !own.equals(host)) {
      names.add("dns:" + own);
    }
    return String.join(",", names);
  }

  /** Empty when this machine does not know its name, as in a container or a network of its own. */
  private static String ownName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }

  private static void keytool(String... arguments) throws IOException {
    Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
    try {
      Programs.Answer answer = Programs.run(KEYTOOL_LIMIT, program, arguments);
      if (!answer.fine()) {
        throw new IOException("keytool failed: " + answer.said());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }

  /** SHA-256 of a certificate, as browsers and openssl write it. */
  static String fingerprint(Path certificateFile) {
    try {
      InputStream in = new ByteArrayInputStream(RegularFiles.read(certificateFile));
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      byte[] digest = Sha256.of(certificate.getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest).toUpperCase(Locale.ROOT);
    } catch (IOException | GeneralSecurityException e) {
      throw new RefusedException(
          "cannot read the certificate " + certificateFile + ": " + e.getMessage() + ".", e);
    }
  }
}
