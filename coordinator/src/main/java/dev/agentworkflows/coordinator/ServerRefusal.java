package dev.agentworkflows.coordinator;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Why a server does not start, or a coordinator on another machine is not asked. */
public sealed interface ServerRefusal extends Refusal {

  /** Who listens. */
  enum Server {
    COORDINATOR,
    MCP,
    WEB_VIEW
  }

  record CannotListen(Server server, String address, @Nullable String reason)
      implements ServerRefusal {
    @Override
    public String text() {
      return Reasons.after("cannot listen on " + address, reason);
    }
  }

  record UnusableCertificate(Path certificate, Path key, @Nullable String reason)
      implements ServerRefusal {
    @Override
    public String text() {
      return Reasons.after(
              "cannot use the certificate %s with the key %s".formatted(certificate, key), reason)
          + ".\nExpected two files in PEM format, the key unencrypted (PKCS #8)";
    }
  }

  /** Of a certificate or a key. */
  record NotRegularOrLarge(Path file) implements ServerRefusal {
    @Override
    public String text() {
      return file + " is no regular file of at most 1 MB";
    }
  }

  /** The certificates by which a coordinator is asked. */
  record UnusableCertificates(@Nullable String reason) implements ServerRefusal {
    @Override
    public String text() {
      return Reasons.after("cannot use the certificates", reason);
    }
  }

  record TokenNotAccepted(String coordinator) implements ServerRefusal {
    @Override
    public String text() {
      return "the coordinator at " + coordinator + " does not accept this token";
    }
  }

  record NotReached(String coordinator, @Nullable String reason) implements ServerRefusal {
    @Override
    public String text() {
      return Reasons.after("cannot reach the coordinator at " + coordinator, reason);
    }
  }

  record OfAnotherRelease(String coordinator) implements ServerRefusal {
    @Override
    public String text() {
      return "the coordinator at " + coordinator + " is of another release: it knows no commands";
    }
  }

  /**
   * @param message its own words; null where it sent none
   */
  record Answered(String coordinator, @Nullable String message) implements ServerRefusal {
    @Override
    public String text() {
      return Reasons.after("the coordinator at " + coordinator + " answers with an error", message);
    }
  }

  record OutputNotWritten(@Nullable String reason) implements ServerRefusal {
    @Override
    public String text() {
      return Reasons.after("cannot write the output", reason);
    }
  }
}
