package dev.agentworkflows.adapter.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the JDK says of a lost connection, in words for people. */
final class Causes {

  /** A class, as the JDK puts into its messages: {@code sun.security….SunCertPathException: }. */
  private static final Pattern CLASS =
      Pattern.compile("\\b(?:[a-z][a-z0-9_]*\\.){1,9}[A-Z][A-Za-z0-9_$]*(?::\\s*)?");

  private static final Pattern CERTIFICATE =
      Pattern.compile("PKIX|certification path|certificate_unknown|trustAnchors");

  private Causes() {}

  /** Empty when there is nothing to say. */
  static String inPlainWords(Throwable failure) {
    String said = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (CERTIFICATE.matcher(message).find()) {
        return "its certificate is not signed by anybody whom this machine trusts";
      }
      if (message.contains("header parser received no bytes") || cause instanceof EOFException) {
        return "it sent nothing";
      }
      if (cause instanceof SocketException || message.startsWith("Connection reset")) {
        return "the connection was reset";
      }
      if (message.contains("fixed content-length")) {
        return "its body is shorter than it said";
      }
      if (message.contains("Unrecognized SSL message")) {
        return "it does not speak TLS";
      }
      if (said.isEmpty() && cause.getMessage() != null) {
        said = CLASS.matcher(message).replaceAll("").strip();
      }
    }
    return said;
  }

  /** The encoding that nobody asked for, if that is what went wrong. */
  static @Nullable IOException unknownEncoding(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DecodedBody.UnknownEncodingException unknown) {
        return unknown;
      }
    }
    return null;
  }
}
