package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException.Kind;

/** What a provider's status, as a program reports it, means for another try. */
final class HttpStatus {

  private HttpStatus() {}

  static Kind kind(int status) {
    boolean passing = status == 408 || status == 429 || status >= 500;
    return passing ? Kind.TRANSIENT : Kind.PERMANENT;
  }
}
