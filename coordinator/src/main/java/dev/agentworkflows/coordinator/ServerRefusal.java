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

  record CannotListen(Server server, String address, String reason) implements ServerRefusal {
    @Override
    public String text() {
      return "cannot listen on " + address + ": " + reason;
    }
  }

  record UnusableCertificate(Path certificate, Path key, String reason) implements ServerRefusal {
    @Override
    public String text() {
      return "cannot use the certificate "
          + certificate
          + " with the key "
          + key
          + ": "
          + reason
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
  record UnusableCertificates(String reason) implements ServerRefusal {
    @Override
    public String text() {
      return "cannot use the certificates: " + reason;
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
      return "cannot reach the coordinator at " + coordinator + ": " + reason;
    }
  }

  record OfAnotherRelease(String coordinator) implements ServerRefusal {
    @Override
    public String text() {
      return "the coordinator at " + coordinator + " is of another release: it knows no commands";
    }
  }

  /** Its own words. */
  record Answered(String coordinator, @Nullable String message) implements ServerRefusal {
    @Override
    public String text() {
      return "the coordinator at " + coordinator + " says: " + message;
    }
  }

  record OutputNotWritten(String reason) implements ServerRefusal {
    @Override
    public String text() {
      return "cannot write the output: " + reason;
    }
  }
}
