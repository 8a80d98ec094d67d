package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** TLS with files that may change: a renewed certificate is taken up without a restart. */
final class ServerTls {

  private static final long LOOK_EVERY_SECONDS = 10;

  private ServerTls() {}

  /**
   * Reads the files, and from then on again when they change; what can't be read leaves the last
   * ones in force.
   *
   * @param timer looks at the files
   * @throws RefusedException when they can't be used
   */
  static SslContext of(Listening.Tls files, ScheduledExecutorService timer) {
    try {
      AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
      readable(files.certificate());
      readable(files.key());
      var unused =
          keys.updateIdentityCredentials(
              files.certificate().toFile(),
              files.key().toFile(),
              LOOK_EVERY_SECONDS,
              TimeUnit.SECONDS,
              timer);
      SslContextBuilder tls = SslContextBuilder.forServer(keys);
      if (files.clientCa() != null) {
        readable(files.clientCa());
        AdvancedTlsX509TrustManager clients =
            AdvancedTlsX509TrustManager.newBuilder()
                .setVerification(
                    AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
                .build();
        var alsoUnused =
            clients.updateTrustCredentials(
                files.clientCa().toFile(), LOOK_EVERY_SECONDS, TimeUnit.SECONDS, timer);
        tls.trustManager(clients).clientAuth(ClientAuth.REQUIRE);
      }
      return GrpcSslContexts.configure(tls).protocols("TLSv1.3", "TLSv1.2").build();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new RefusedException(
          "cannot use the certificate "
              + files.certificate()
              + " with the key "
              + files.key()
              + ": "
              + e.getMessage()
              + ".\nExpected two files in PEM format, the key unencrypted (PKCS #8).",
          e);
    }
  }

  private static void readable(Path file) {
    if (!Files.isReadable(file)) {
      throw new RefusedException(
          Files.exists(file) ? "cannot read " + file + "." : "there is no file " + file + ".");
    }
  }
}
