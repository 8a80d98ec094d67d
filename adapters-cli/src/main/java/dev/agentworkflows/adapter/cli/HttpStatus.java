package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException.Kind;

/** What a provider's status, as a program reports it, means for another try. */
public final class HttpStatus {

  /** Anthropic's, of servers that take nothing more at the moment. */
  public static final int OVERLOADED = 529;

  private HttpStatus() {}

  public static Kind kind(int status) {
    if (status == 429) {
      return Kind.RATE_LIMITED;
    }
    if (status == 402) {
      return Kind.EXHAUSTED;
    }
    return status == 408 || status >= 500 ? Kind.TRANSIENT : Kind.PERMANENT;
  }
}
