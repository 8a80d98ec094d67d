package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ServerRefusal;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** TLS with files that may change: a renewed certificate is taken up without a restart. */
final class ServerTls {

  /** Twice in the ten seconds in which a changed file is promised to be taken up. */
  private static final long POLL_SECONDS = 5;

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
      // Not by its own timer, which checks once a minute however often it is told to.
      WatchedFiles.watch(
          List.of(files.certificate(), files.key()),
          () -> keys.updateIdentityCredentials(files.certificate().toFile(), files.key().toFile()),
          timer,
          POLL_SECONDS);
      SslContextBuilder tls = SslContextBuilder.forServer(keys);
      Path clientCa = files.clientCa();
      if (clientCa != null) {
        AdvancedTlsX509TrustManager clients =
            AdvancedTlsX509TrustManager.newBuilder()
                .setVerification(
                    AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
                .build();
        WatchedFiles.watch(
            List.of(clientCa),
            () -> clients.updateTrustCredentials(clientCa.toFile()),
            timer,
            POLL_SECONDS);
        tls.trustManager(clients).clientAuth(ClientAuth.REQUIRE);
      }
      return GrpcSslContexts.configure(tls).protocols("TLSv1.3", "TLSv1.2").build();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new RefusedException(
          new ServerRefusal.UnusableCertificate(files.certificate(), files.key(), e.getMessage()),
          e);
    }
  }
}
