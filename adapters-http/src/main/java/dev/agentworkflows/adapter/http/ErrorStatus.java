package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException.Kind;

/** What an HTTP status means for another try. */
final class ErrorStatus {

  private ErrorStatus() {}

  static Kind kind(int status) {
    return switch (status) {
      case 429 -> Kind.RATE_LIMITED;
      case 408, 409, 425 -> Kind.TRANSIENT;
      default -> status >= 500 ? Kind.TRANSIENT : Kind.PERMANENT;
    };
  }

  /** Whether the endpoint may have refused the form of a request, rather than the request. */
  static boolean mayRefuseForm(int status) {
    return status == 400 || status == 422;
  }
}
