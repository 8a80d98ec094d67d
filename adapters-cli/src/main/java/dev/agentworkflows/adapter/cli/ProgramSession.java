package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.Usage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The sessions that agent programs keep. A call that continues one continues a copy. */
final class ProgramSession {

  /** As both programs give them; nothing that one of them could take for an option. */
  private static final Pattern ID = Pattern.compile("[0-9a-zA-Z][0-9a-zA-Z-]{0,99}");

  private ProgramSession() {}

  /** A session that a program reports; null when it reports none. */
  static @Nullable AgentSession reported(String id) {
    return ID.matcher(id).matches() ? new AgentSession(id, false) : null;
  }

  /**
   * The id of the session that a call goes on in; null when it goes on in none.
   *
   * @throws AdapterException when what was stored is no id
   */
  static @Nullable String of(AgentCall call, String program) throws AdapterException {
    AgentSession session = call.conversation().session();
    if (session != null && !ID.matcher(session.id()).matches()) {
      throw lost(program, "the id that is stored of it is none");
    }
    return session == null ? null : session.id();
  }

  /** The program does not have the session, and began nothing. */
  static AdapterException lost(String program, String why) {
    return new AdapterException(
        Kind.SESSION_LOST,
        "%s does not have its session: %s".formatted(program, why.strip()),
        null,
        Usage.of(0, 0),
        null);
  }
}
